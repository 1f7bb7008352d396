package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import java.util.List;
import java.util.Optional;

/** Data configurations under test. */
final class Configs {
  private Configs() {}

  /** Where an example of no file stands. */
  static final Place NOWHERE = new Place("nowhere", 1);

  static DataConfig data(String source) {
    return data(source, Optional.empty(), 20, 5);
  }

  /** Held-out files, where names are given; the number of training examples may be. */
  static DataConfig files(
      String source,
      Optional<String> test,
      Optional<String> publicExamples,
      Optional<List<String>> classes,
      Optional<Integer> trainExamples) {
    return new DataConfig(
        source,
        test,
        publicExamples,
        classes,
        trainExamples,
        Optional.empty(),
        Optional.empty(),
        "text",
        "label",
        "client");
  }

  static DataConfig data(
      String source, Optional<Integer> trainExamples, int testExamples, int publicExamples) {
    return new DataConfig(
        source,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        trainExamples,
        Optional.of(testExamples),
        Optional.of(publicExamples),
        "text",
        "label",
        "client");
  }
}
