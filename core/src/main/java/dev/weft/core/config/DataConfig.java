package dev.weft.core.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Where examples come from.
 *
 * @param testSource held-out examples; empty to set {@code testExamples} of the source aside
 * @param publicSource public examples; empty to set {@code publicExamples} of the source aside
 * @param classes in the order of the head's outputs; empty for those of the held-out examples where
 *     these have a file of their own, else those of the training examples
 * @param trainExamples how many of the source's examples to train on; empty for 12000 of the
 *     embedded data and all of a file
 * @param testExamples how many to hold out for evaluation; empty for {@value #TEST_EXAMPLES}, or a
 *     fifth of a small source, but one at least
 * @param publicExamples how many to hold out for a data-dependent initialisation; empty for {@value
 *     #PUBLIC_EXAMPLES}, or a tenth of a small source, but one at least
 */
public record DataConfig(
    String source,
    Optional<String> testSource,
    Optional<String> publicSource,
    Optional<List<String>> classes,
    Optional<Integer> trainExamples,
    Optional<Integer> testExamples,
    Optional<Integer> publicExamples,
    String textColumn,
    String labelColumn,
    String clientColumn) {
  private static final int TEST_EXAMPLES = 2000;
  private static final int PUBLIC_EXAMPLES = 2000;

  public DataConfig {
    Check.notBlank("source", source);
    testSource.ifPresent(value -> Check.notBlank("test-source", value));
    publicSource.ifPresent(value -> Check.notBlank("public-source", value));
    classes = classes.map(List::copyOf);
    classes.ifPresent(DataConfig::checkClasses);
    trainExamples.ifPresent(count -> Check.atLeast("train-examples", count, 1));
    testExamples.ifPresent(count -> Check.atLeast("test-examples", count, 1));
    publicExamples.ifPresent(count -> Check.atLeast("public-examples", count, 1));
    Check.notBlank("text-column", textColumn);
    Check.notBlank("label-column", labelColumn);
    Check.notBlank("client-column", clientColumn);
  }

  /** Readers strip labels, so that a class with blanks around it would never be met. */
  private static void checkClasses(List<String> names) {
    Check.that(names.size() > 1, "classes", "needs at least two names", names);
    for (String name : names) {
      Check.notBlank("classes", name);
      Check.that(name.equals(name.strip()), "classes", "must have no blanks around names", names);
    }
    Check.that(
        new HashSet<>(names).size() == names.size(), "classes", "must name each once", names);
  }

  /** All of another source, read in the same way. */
  public DataConfig ofSource(String other) {
    return new DataConfig(
        other,
        Optional.empty(),
        Optional.empty(),
        classes,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        textColumn,
        labelColumn,
        clientColumn);
  }

  /** Examples held out for evaluation from a source of this size. */
  public int testExamplesOf(int source) {
    return testExamples.orElse(share(source, 5, TEST_EXAMPLES));
  }

  /** Public examples held out from a source of this size. */
  public int publicExamplesOf(int source) {
    return publicExamples.orElse(share(source, 10, PUBLIC_EXAMPLES));
  }

  private static int share(int source, int parts, int most) {
    return Math.max(1, Math.min(most, source / parts));
  }
}
