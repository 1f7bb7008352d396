package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a classification task with its classes.
 *
 * @param labels the classes of the training examples; every other part has only these
 */
public record DataSplit(Parts<TextExample> parts, LabelSet labels) {

  private static final String UNTRAINED =
      "has no training example; add some, raise data.train-examples or drop the class";

  public DataSplit {
    labels.requireAll(parts.test(), UNTRAINED);
    labels.requireAll(parts.publicExamples(), UNTRAINED);
  }

  /**
   * Reads and splits what the configuration names.
   *
   * @throws dev.weft.core.error.WeftException if a source cannot be read, has too few examples for
   *     the parts, or has a class without training example
   */
  public static DataSplit of(DataConfig config, Seed seed) {
    return of(
        config,
        DataSources.labelled(config.source(), config),
        config.testSource().map(name -> DataSources.labelled(name, config)),
        seed);
  }

  /**
   * Splits examples already read.
   *
   * @param test all held-out examples, empty to set some of {@code source} aside
   */
  static DataSplit of(
      DataConfig config, List<TextExample> source, Optional<List<TextExample>> test, Seed seed) {
    Parts<TextExample> parts = parts(config, source, test, seed);
    return new DataSplit(parts, LabelSet.of(parts.train()));
  }

  static Parts<TextExample> parts(
      DataConfig config, List<TextExample> source, Optional<List<TextExample>> test, Seed seed) {
    int mostTrained = DataSources.mostTrained(config.source(), source.size());
    return Parts.of(config, source, test, TextExample::label, mostTrained, seed);
  }

  public List<TextExample> train() {
    return parts.train();
  }

  public List<TextExample> test() {
    return parts.test();
  }

  public List<TextExample> publicExamples() {
    return parts.publicExamples();
  }
}
