package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import java.util.List;

/**
 * The parts of a classification task with its classes, which every example of every part has.
 *
 * @param labels agreed before anybody trains, where the configuration names them or a file to take
 *     them from ({@link LabelSet#agreed}); else those of the training examples
 */
public record DataSplit(Parts<TextExample> parts, LabelSet labels) {

  private static final String UNTRAINED =
      "has no training example; add some, raise data.train-examples or drop the class";

  /**
   * Reads and splits what the configuration names.
   *
   * @throws dev.weft.core.error.WeftException if a source cannot be read, has too few examples for
   *     the parts, or has an example of a class that is none of the task's
   */
  public static DataSplit of(DataConfig config, Seed seed) {
    List<TextExample> source = DataSources.labelled(config.source(), config);
    return of(config, source, HeldOutFiles.labelled(config), seed);
  }

  /** Splits examples already read. */
  static DataSplit of(
      DataConfig config, List<TextExample> source, HeldOutFiles<TextExample> files, Seed seed) {
    Parts<TextExample> parts = Parts.of(Division.of(config, Aside.of(config), source, seed), files);
    return LabelSet.agreed(config, parts.test(), parts.publicExamples())
        .map(labels -> agreed(parts, labels))
        .orElseGet(() -> trained(parts));
  }

  private static DataSplit agreed(Parts<TextExample> parts, LabelSet labels) {
    labels.requireAgreed(parts.train());
    return new DataSplit(parts, labels);
  }

  private static DataSplit trained(Parts<TextExample> parts) {
    LabelSet labels = LabelSet.of(parts.train());
    labels.requireAll(parts.test(), UNTRAINED);
    labels.requireAll(parts.publicExamples(), UNTRAINED);
    return new DataSplit(parts, labels);
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
