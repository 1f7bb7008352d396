package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Held-out examples that have files of their own: all of each, in its order. Whoever coordinates a
 * run has these and no training data.
 *
 * @param test of {@code data.test-source}; empty if that names no file
 * @param publicExamples of {@code data.public-source}, likewise
 */
public record HeldOutFiles<E>(Optional<List<E>> test, Optional<List<E>> publicExamples) {
  public HeldOutFiles {
    test = test.map(List::copyOf);
    publicExamples = publicExamples.map(List::copyOf);
  }

  /**
   * Reads labelled texts, whatever their classes.
   *
   * @throws WeftException if a file cannot be read
   */
  public static HeldOutFiles<TextExample> labelled(DataConfig config) {
    return read(config, DataSources::labelled);
  }

  /**
   * Reads texts to learn to write.
   *
   * @throws WeftException if a file cannot be read, or classes are named, of which there are none
   */
  public static HeldOutFiles<LanguageExample> language(DataConfig config) {
    if (config.classes().isPresent()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "data.classes: names classes, and a model that continues text has none; leave it out");
    }
    return read(config, DataSources::language);
  }

  private static <E> HeldOutFiles<E> read(
      DataConfig config, BiFunction<String, DataConfig, List<E>> reader) {
    return new HeldOutFiles<>(
        config.testSource().map(name -> reader.apply(name, config)),
        config.publicSource().map(name -> reader.apply(name, config)));
  }
}
