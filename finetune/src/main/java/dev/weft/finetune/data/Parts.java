package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import java.util.List;

/**
 * Disjoint parts of what a configuration names, a pure function of configuration, data and seed.
 *
 * @param train what clients share out among themselves
 * @param test held out for evaluation
 * @param publicExamples held out for a data-dependent initialisation; no client's and not in test
 */
public record Parts<E>(List<E> train, List<E> test, List<E> publicExamples) {

  public Parts {
    train = List.copyOf(train);
    test = List.copyOf(test);
    publicExamples = List.copyOf(publicExamples);
    if (test.isEmpty()) {
      throw new IllegalArgumentException("test: must not be empty");
    }
  }

  /**
   * Reads and splits the texts to learn to write that the configuration names.
   *
   * @throws dev.weft.core.error.WeftException if a source cannot be read or has too few examples
   *     for the parts
   */
  public static Parts<LanguageExample> ofLanguage(DataConfig config, Seed seed) {
    return of(Division.ofLanguage(config, Aside.of(config), seed), HeldOutFiles.language(config));
  }

  /** A source's examples and those of files of their own. */
  static <E> Parts<E> of(Division<E> source, HeldOutFiles<E> files) {
    return new Parts<>(
        source.train(),
        files.test().orElse(source.test()),
        files.publicExamples().orElse(source.publicExamples()));
  }
}
