package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Disjoint parts of a task's examples, a pure function of configuration, data and seed.
 *
 * @param train what clients share out among themselves
 * @param test held out for accuracy and macro-F1
 * @param publicExamples held out for a data-dependent initialisation; no client's and not in test
 * @param labels the classes of {@code train}; every other part has only these
 */
public record DataSplit(
    List<TextExample> train,
    List<TextExample> test,
    List<TextExample> publicExamples,
    LabelSet labels) {

  public DataSplit {
    train = List.copyOf(train);
    test = List.copyOf(test);
    publicExamples = List.copyOf(publicExamples);
    if (test.isEmpty()) {
      throw new WeftException(
          Problem.BAD_DATA, "data.test-source: holds no example; add some or set it to auto");
    }
    labels.indices(test);
    labels.indices(publicExamples);
  }

  /**
   * Reads and splits what the configuration names.
   *
   * @throws WeftException if a source cannot be read, has too few examples for the parts, or has a
   *     class without training example
   */
  public static DataSplit of(DataConfig config, Seed seed) {
    return of(
        config,
        TextDataset.named(config.source(), config).read(),
        config.testSource().map(name -> TextDataset.named(name, config).read()),
        seed);
  }

  /**
   * Splits examples already read. The parts held out depend on the seed but not on {@code
   * train-examples}, so that runs on more or less training data are tested on the same texts. One
   * example per class is reserved for training, so that rare classes do not vanish from it by
   * chance.
   *
   * @param test all held-out examples, empty to set some of {@code source} aside
   */
  static DataSplit of(
      DataConfig config, List<TextExample> source, Optional<List<TextExample>> test, Seed seed) {
    List<TextExample> reserved = new ArrayList<>();
    List<TextExample> rest = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (TextExample example : shuffled(source, seed)) {
      (seen.add(example.label()) ? reserved : rest).add(example);
    }
    int testExamples = test.isPresent() ? 0 : config.testExamplesOf(source.size());
    int publicExamples = config.publicExamplesOf(source.size());
    int heldOut = (int) Math.min(Integer.MAX_VALUE, (long) testExamples + publicExamples);
    int available = source.size() - heldOut;
    int wanted = config.trainExamples().orElseGet(() -> automatic(config, available));
    if (wanted < 1 || wanted > available || heldOut > rest.size()) {
      throw tooFew(config, source.size(), testExamples, publicExamples);
    }
    List<TextExample> train = new ArrayList<>(reserved);
    train.addAll(rest.subList(heldOut, rest.size()));
    train = train.subList(0, wanted);
    return new DataSplit(
        train,
        test.orElseGet(() -> rest.subList(0, testExamples)),
        rest.subList(testExamples, heldOut),
        LabelSet.of(train));
  }

  private static List<TextExample> shuffled(List<TextExample> source, Seed seed) {
    List<TextExample> shuffled = new ArrayList<>(source);
    seed.of("split").random().shuffle(shuffled);
    return shuffled;
  }

  /** How many examples {@code train-examples = auto} takes. */
  private static int automatic(DataConfig config, int available) {
    return config.source().equals(WordNetGlosses.SOURCE)
        ? Math.min(available, WordNetGlosses.DEFAULT_TRAIN_EXAMPLES)
        : available;
  }

  private static WeftException tooFew(
      DataConfig config, int examples, int testExamples, int publicExamples) {
    return new WeftException(
        Problem.BAD_DATA,
        ("%s: has %d examples, too few for data.test-examples = %d, data.public-examples = %d and"
                + " data.train-examples = %s; lower these or give more data")
            .formatted(
                config.source(),
                examples,
                testExamples,
                publicExamples,
                config.trainExamples().map(String::valueOf).orElse("auto")));
  }
}
