package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One source's examples divided into disjoint parts, a pure function of configuration, data and
 * seed.
 *
 * @param test set aside; empty if nothing is
 * @param publicExamples likewise
 */
record Division<E>(List<E> train, List<E> test, List<E> publicExamples) {

  /**
   * Reads and divides the labelled texts that the configuration names as its source.
   *
   * @throws WeftException if the source cannot be read, or has too few examples for the parts
   */
  static Division<TextExample> ofLabelled(DataConfig config, Aside aside, Seed seed) {
    return of(config, aside, DataSources.labelled(config.source(), config), seed);
  }

  /** Divides labelled texts already read. */
  static Division<TextExample> of(
      DataConfig config, Aside aside, List<TextExample> source, Seed seed) {
    return of(config, aside, source, TextExample::label, seed);
  }

  /** Divides texts to learn to write already read. */
  static Division<LanguageExample> ofTexts(
      DataConfig config, Aside aside, List<LanguageExample> source, Seed seed) {
    return of(config, aside, source, example -> "", seed);
  }

  /** Reads and divides texts to learn to write; throws likewise. */
  static Division<LanguageExample> ofLanguage(DataConfig config, Aside aside, Seed seed) {
    return ofTexts(config, aside, DataSources.language(config.source(), config), seed);
  }

  /**
   * Divides examples. The parts set aside depend on the seed but not on {@code train-examples}, so
   * that runs on more or less training data are tested on the same texts. One example per kind is
   * reserved for training, so that rare kinds do not vanish from it by chance.
   *
   * <p>Where nothing is set aside, the examples to train on are in the order of the source, fewer
   * than all of them, too. If they are all, a site's do not depend on other sites' examples.
   *
   * @throws WeftException if there are too few examples for the parts
   */
  private static <E> Division<E> of(
      DataConfig config, Aside aside, List<E> source, Function<E, String> kind, Seed seed) {
    List<Integer> reserved = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int position : shuffled(source.size(), seed)) {
      (seen.add(kind.apply(source.get(position))) ? reserved : rest).add(position);
    }
    int test = aside.testOf(config, source.size());
    int heldOut = (int) Math.min(Integer.MAX_VALUE, aside.of(config, source.size()));
    int available = source.size() - heldOut;
    int mostTrained = DataSources.mostTrained(config.source(), source.size());
    int wanted = config.trainExamples().orElse(Math.min(mostTrained, available));
    if (wanted < 1 || wanted > available || heldOut > rest.size()) {
      throw new TooFew(config, aside, source.size(), seen.size()).complaint();
    }
    List<Integer> train = new ArrayList<>(reserved);
    train.addAll(rest.subList(heldOut, rest.size()));
    List<Integer> chosen = train.subList(0, wanted);
    return new Division<>(
        at(source, aside.nothing() ? chosen.stream().sorted().toList() : chosen),
        at(source, rest.subList(0, test)),
        at(source, rest.subList(test, heldOut)));
  }

  private static List<Integer> shuffled(int examples, Seed seed) {
    List<Integer> positions =
        IntStream.range(0, examples).boxed().collect(Collectors.toCollection(ArrayList::new));
    seed.of("split").random().shuffle(positions);
    return positions;
  }

  private static <E> List<E> at(List<E> source, List<Integer> positions) {
    return positions.stream().map(source::get).toList();
  }

  /** What is too little, and every way out that there is. */
  private record TooFew(DataConfig config, Aside aside, int examples, int kinds) {

    WeftException complaint() {
      int trained = config.trainExamples().orElse(1);
      return new WeftException(
          Problem.BAD_DATA,
          aside.nothing()
              ? Text.format(
                  "%s: has %d examples, too few for data.train-examples = %d; lower it, or give at"
                      + " least %d examples",
                  config.source(), examples, trained, trained)
              : setAside(trained));
    }

    private String setAside(int trained) {
      int fewest = Math.max(kinds, trained);
      List<String> waysOut = new ArrayList<>();
      if (examples >= fewest + aside.parts()) {
        waysOut.add("hold out fewer");
      }
      if (trained > kinds) {
        waysOut.add("lower data.train-examples");
      }
      if (kinds > 1 && kinds > examples / 2) {
        waysOut.add("correct data.label-column if it does not hold the class");
      }
      waysOut.add(Text.format("give at least %d examples", enough(fewest)));
      return Text.format(
          "%s: has %d examples%s, too few for %s held out and %d%s to train; %s",
          config.source(),
          examples,
          kinds > 1 ? " of " + kinds + " classes" : "",
          String.join(" and ", wishes()),
          fewest,
          trained > kinds ? " (data.train-examples)" : kinds > 1 ? ", one of each class," : "",
          String.join(", or ", waysOut));
    }

    private List<String> wishes() {
      List<String> wishes = new ArrayList<>();
      if (aside.test()) {
        wishes.add("data.test-examples = " + config.testExamplesOf(examples));
      }
      if (aside.publicExamples()) {
        wishes.add("data.public-examples = " + config.publicExamplesOf(examples));
      }
      return wishes;
    }

    private long enough(int fewest) {
      long enough = fewest + aside.of(config, fewest);
      while (enough < fewest + aside.of(config, enough)) {
        enough = fewest + aside.of(config, enough);
      }
      return enough;
    }
  }
}
