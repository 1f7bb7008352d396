package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Disjoint parts of a source's examples, a pure function of configuration, data and seed.
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
   * @throws WeftException if a source cannot be read or has too few examples for the parts
   */
  public static Parts<LanguageExample> ofLanguage(DataConfig config, Seed seed) {
    List<LanguageExample> source = DataSources.language(config.source(), config);
    return of(
        config,
        source,
        config.testSource().map(name -> DataSources.language(name, config)),
        example -> "",
        DataSources.mostTrained(config.source(), source.size()),
        seed);
  }

  /**
   * Splits examples already read. The parts held out depend on the seed but not on {@code
   * train-examples}, so that runs on more or less training data are tested on the same texts. One
   * example per kind is reserved for training, so that rare kinds do not vanish from it by chance.
   *
   * @param test all held-out examples, empty to set some of {@code source} aside
   * @param mostTrained training examples where the configuration leaves their number open, if there
   *     are so many
   */
  static <E> Parts<E> of(
      DataConfig config,
      List<E> source,
      Optional<List<E>> test,
      Function<E, String> kind,
      int mostTrained,
      Seed seed) {
    List<E> reserved = new ArrayList<>();
    List<E> rest = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (E example : shuffled(source, seed)) {
      (seen.add(kind.apply(example)) ? reserved : rest).add(example);
    }
    int testExamples = test.isPresent() ? 0 : config.testExamplesOf(source.size());
    int heldOut =
        (int) Math.min(Integer.MAX_VALUE, heldOut(config, source.size(), test.isPresent()));
    int available = source.size() - heldOut;
    int wanted = config.trainExamples().orElse(Math.min(mostTrained, available));
    if (wanted < 1 || wanted > available || heldOut > rest.size()) {
      throw tooFew(config, source.size(), seen.size(), test.isPresent());
    }
    List<E> train = new ArrayList<>(reserved);
    train.addAll(rest.subList(heldOut, rest.size()));
    return new Parts<>(
        train.subList(0, wanted),
        test.orElseGet(() -> rest.subList(0, testExamples)),
        rest.subList(testExamples, heldOut));
  }

  private static <E> List<E> shuffled(List<E> source, Seed seed) {
    List<E> shuffled = new ArrayList<>(source);
    seed.of("split").random().shuffle(shuffled);
    return shuffled;
  }

  /** What is too little, and every way out that there is. */
  private static WeftException tooFew(
      DataConfig config, int examples, int kinds, boolean testFile) {
    int trained = config.trainExamples().orElse(1);
    int fewest = Math.max(kinds, trained);
    long enough = fewest + heldOut(config, fewest, testFile);
    while (enough < fewest + heldOut(config, enough, testFile)) {
      enough = fewest + heldOut(config, enough, testFile);
    }
    List<String> waysOut = new ArrayList<>();
    if (examples >= fewest + (testFile ? 1 : 2)) {
      waysOut.add("hold out fewer");
    }
    if (trained > kinds) {
      waysOut.add("lower data.train-examples");
    }
    if (kinds > 1 && kinds > examples / 2) {
      waysOut.add("correct data.label-column if it does not hold the class");
    }
    waysOut.add(Text.format("give at least %d examples", enough));
    return new WeftException(
        Problem.BAD_DATA,
        Text.format(
            "%s: has %d examples%s, too few for %sdata.public-examples = %d held out and %d%s to"
                + " train; %s",
            config.source(),
            examples,
            kinds > 1 ? " of " + kinds + " classes" : "",
            testFile
                ? ""
                : Text.format("data.test-examples = %d and ", config.testExamplesOf(examples)),
            config.publicExamplesOf(examples),
            fewest,
            trained > kinds ? " (data.train-examples)" : kinds > 1 ? ", one of each class," : "",
            String.join(", or ", waysOut)));
  }

  private static long heldOut(DataConfig config, long examples, boolean testFile) {
    int source = (int) Math.min(Integer.MAX_VALUE, examples);
    return (testFile ? 0L : config.testExamplesOf(source)) + config.publicExamplesOf(source);
  }
}
