package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;

/**
 * What is set aside of a source for want of a file of its own.
 *
 * @param test whether test examples are
 * @param publicExamples whether public examples are
 */
record Aside(boolean test, boolean publicExamples) {
  static final Aside NOTHING = new Aside(false, false);

  static Aside of(DataConfig config) {
    return new Aside(config.testSource().isEmpty(), config.publicSource().isEmpty());
  }

  boolean nothing() {
    return !test && !publicExamples;
  }

  int testOf(DataConfig config, int source) {
    return test ? config.testExamplesOf(source) : 0;
  }

  int publicOf(DataConfig config, int source) {
    return publicExamples ? config.publicExamplesOf(source) : 0;
  }

  /** All that is set aside of a source of this size; both numbers may be the largest there are. */
  long of(DataConfig config, long examples) {
    int source = (int) Math.min(Integer.MAX_VALUE, examples);
    return (long) testOf(config, source) + publicOf(config, source);
  }

  /** How many parts are set aside. */
  int parts() {
    return (test ? 1 : 0) + (publicExamples ? 1 : 0);
  }
}
