package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DataSplitTest {
  private static final String FILE = "data.csv";
  private static final Seed SEED = new Seed(7);
  private static final HeldOutFiles<TextExample> BOTH_FILES =
      files(Optional.of(examples(9, 3)), Optional.of(examples(6, 2)));

  @Property
  void everyExampleGoesToExactlyOnePart(
      @ForAll long seed,
      @ForAll @IntRange(min = 60, max = 200) int size,
      @ForAll @IntRange(min = 2, max = 30) int classes) {
    List<TextExample> source = examples(size, classes);
    DataSplit split = split(Configs.data(FILE), source, seed);
    List<TextExample> parts = new ArrayList<>(split.train());
    parts.addAll(split.test());
    parts.addAll(split.publicExamples());
    assertThat(parts).containsExactlyInAnyOrderElementsOf(source);
    assertThat(split.test()).hasSize(20);
    assertThat(split.publicExamples()).hasSize(5);
  }

  @Property
  void everyClassOfTheSourceIsTrained(@ForAll long seed) {
    List<TextExample> source = new ArrayList<>(examples(100, 3));
    source.add(new TextExample("the only one", "rare", Optional.empty(), Configs.NOWHERE));
    DataSplit split = split(Configs.data(FILE, Optional.of(40), 50, 5), source, seed);
    assertThat(split.labels().names()).contains("rare");
    assertThat(split.train()).hasSize(40);
  }

  @Property(tries = 50)
  void theHeldOutPartsDoNotDependOnTheTrainingSize(@ForAll long seed) {
    List<TextExample> source = examples(100, 3);
    DataSplit few = split(Configs.data(FILE, Optional.of(10), 20, 5), source, seed);
    DataSplit many = split(Configs.data(FILE, Optional.of(70), 20, 5), source, seed);
    assertThat(few.test()).isEqualTo(many.test());
    assertThat(few.publicExamples()).isEqualTo(many.publicExamples());
    assertThat(many.train()).startsWith(few.train().toArray(TextExample[]::new));
  }

  @Test
  void theSplitIsAFunctionOfTheSeed() {
    List<TextExample> source = examples(100, 3);
    assertThat(split(Configs.data(FILE), source, 7))
        .isEqualTo(split(Configs.data(FILE), source, 7))
        .isNotEqualTo(split(Configs.data(FILE), source, 8));
  }

  @Test
  void equalTextsAreSeparateExamples() {
    List<TextExample> source = new ArrayList<>(Collections.nCopies(50, examples(1, 1).get(0)));
    source.addAll(examples(2, 2));
    DataSplit split = split(Configs.data(FILE), source, 7);
    assertThat(split.train()).hasSize(52 - 20 - 5);
  }

  @Test
  void aTestFileIsUsedAsAWhole() {
    List<TextExample> test = examples(33, 3);
    DataSplit split =
        DataSplit.of(
            withTestFile(), examples(30, 3), files(Optional.of(test), Optional.empty()), SEED);
    assertThat(split.test()).isEqualTo(test);
    assertThat(split.publicExamples()).hasSize(3);
    assertThat(split.train()).hasSize(27);
  }

  @Test
  void aTestedClassWithoutTrainingExampleIsNamed() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> split(Configs.data(FILE, Optional.of(2), 20, 5), examples(60, 3), 7))
        .withMessageContaining("nowhere:1: its class has no training example")
        .matches(e -> e.problem() == Problem.EMPTY_CLASS);
  }

  @Property(tries = 50)
  void withBothFilesEveryExampleOfTheSourceIsTrainedOnInItsOrder(@ForAll long seed) {
    List<TextExample> source = examples(40, 3);
    DataSplit split =
        DataSplit.of(withBothFiles(Optional.empty()), source, BOTH_FILES, new Seed(seed));
    assertThat(split.train()).isEqualTo(source);
    assertThat(split.test()).isEqualTo(BOTH_FILES.test().orElseThrow());
    assertThat(split.publicExamples()).isEqualTo(BOTH_FILES.publicExamples().orElseThrow());
  }

  @Property(tries = 50)
  void fewerThanAllKeepTheirOrderAndHaveEveryClass(@ForAll long seed) {
    List<TextExample> source = examples(40, 3);
    List<TextExample> train =
        DataSplit.of(withBothFiles(Optional.of(11)), source, BOTH_FILES, new Seed(seed)).train();
    assertThat(train).hasSize(11).isEqualTo(source.stream().filter(train::contains).toList());
    assertThat(LabelSet.of(train).size()).isEqualTo(3);
  }

  @Test
  void fewerThanAllAreNotSimplyTheFirst() {
    List<TextExample> source = examples(40, 3);
    assertThat(DataSplit.of(withBothFiles(Optional.of(11)), source, BOTH_FILES, SEED).train())
        .isNotEqualTo(source.subList(0, 11));
  }

  @Test
  void moreThanThereAreCannotBeTrainedOn() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () -> DataSplit.of(withBothFiles(Optional.of(41)), examples(40, 3), BOTH_FILES, SEED))
        .withMessage(
            "data.csv: has 40 examples, too few for data.train-examples = 41; lower it, or give at"
                + " least 41 examples");
  }

  @Test
  void withAPublicFileOnlyTestExamplesAreHeldOut() {
    DataConfig config =
        Configs.files(
            FILE, Optional.empty(), Optional.of("public.csv"), Optional.empty(), Optional.empty());
    HeldOutFiles<TextExample> files = files(Optional.empty(), Optional.of(examples(6, 3)));
    DataSplit split = DataSplit.of(config, examples(40, 3), files, SEED);
    assertThat(split.publicExamples()).isEqualTo(examples(6, 3));
    assertThat(split.test()).hasSize(8);
    assertThat(split.train()).hasSize(32);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> DataSplit.of(config, examples(1, 1), files, SEED))
        .withMessageContaining("too few for data.test-examples = 1 held out and 1 to train")
        .withMessageNotContaining("data.public-examples");
  }

  @Test
  void classesAreThoseOfTheHeldOutFiles() {
    DataSplit split =
        DataSplit.of(withBothFiles(Optional.empty()), examples(40, 2), BOTH_FILES, SEED);
    assertThat(split.labels().names()).containsExactly("class-0", "class-1", "class-2");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () -> DataSplit.of(withBothFiles(Optional.empty()), examples(40, 4), BOTH_FILES, SEED))
        .withMessage(
            "nowhere:1: the class \"class-3\" is none of the 3 of this run; correct it, or have"
                + " data.classes name it")
        .matches(e -> e.problem() == Problem.BAD_DATA);
  }

  @Test
  void namedClassesKeepTheirOrderWhereverExamplesComeFrom() {
    List<String> names = List.of("class-2", "another", "class-0", "class-1");
    DataConfig config =
        Configs.files(
            FILE, Optional.empty(), Optional.empty(), Optional.of(names), Optional.empty());
    assertThat(split(config, examples(40, 3), 7).labels().names()).isEqualTo(names);
  }

  @Test
  void tooFewExamplesAreSaidWithTheSettingsThatAskForThem() {
    DataConfig wishes = Configs.data(FILE, Optional.of(50), 40, 11);
    assertThat(split(wishes, examples(101, 3), 7).train()).hasSize(50);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> split(wishes, examples(100, 3), 7))
        .withMessage(
            "data.csv: has 100 examples of 3 classes, too few for data.test-examples = 40 and"
                + " data.public-examples = 11 held out and 50 (data.train-examples) to train; hold"
                + " out fewer, or lower data.train-examples, or give at least 101 examples");
  }

  @Test
  void anAbsurdWishIsTooMuchAndNotAnOverflow() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                split(
                    Configs.data(FILE, Optional.empty(), Integer.MAX_VALUE, Integer.MAX_VALUE),
                    examples(100, 3),
                    7))
        .withMessageContaining("has 100 examples of 3 classes, too few");
  }

  @Test
  void everyWayOutOfTooFewExamplesLeadsOut() {
    DataConfig open = open(Optional.empty());
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> split(open, examples(3, 3), 7))
        .withMessage(
            "data.csv: has 3 examples of 3 classes, too few for data.test-examples = 1 and"
                + " data.public-examples = 1 held out and 3, one of each class, to train; correct"
                + " data.label-column if it does not hold the class, or give at least 5 examples");
    assertThat(split(open, examples(5, 3), 7).train()).hasSize(3);
  }

  @Test
  void ofALabelPerExampleNobodyKeepsAskingForFewerHeldOut() {
    DataConfig open = open(Optional.empty());
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> split(open, examples(72, 72), 7))
        .withMessageContaining("has 72 examples of 72 classes, too few")
        .withMessageContaining("correct data.label-column")
        .withMessageContaining("give at least 102 examples")
        .withMessageNotContaining("hold out fewer");
    assertThat(split(open, examples(102, 72), 7).labels().size()).isEqualTo(72);
  }

  @Test
  void withATestFileOnlyPublicExamplesAreHeldOut() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                DataSplit.of(
                    withTestFile(),
                    examples(2, 2),
                    files(Optional.of(examples(4, 2)), Optional.empty()),
                    SEED))
        .withMessageContaining("too few for data.public-examples = 1 held out and 2, one of each")
        .withMessageNotContaining("data.test-examples");
  }

  /** Nothing said but how many to train on. */
  private static DataConfig open(Optional<Integer> trainExamples) {
    return Configs.files(FILE, Optional.empty(), Optional.empty(), Optional.empty(), trainExamples);
  }

  private static DataConfig withTestFile() {
    return Configs.files(
        FILE, Optional.of("test.csv"), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static DataConfig withBothFiles(Optional<Integer> trainExamples) {
    return Configs.files(
        FILE, Optional.of("test.csv"), Optional.of("public.csv"), Optional.empty(), trainExamples);
  }

  private static HeldOutFiles<TextExample> files(
      Optional<List<TextExample>> test, Optional<List<TextExample>> publicExamples) {
    return new HeldOutFiles<>(test, publicExamples);
  }

  @Test
  void theEmbeddedTaskTrainsOnTwelveThousandGlosses() {
    DataConfig config = Configs.data(WordNetGlosses.SOURCE, Optional.empty(), 2000, 512);
    DataSplit split = DataSplit.of(config, new Seed(7));
    assertThat(split.train()).hasSize(12_000);
    assertThat(split.test()).hasSize(2_000);
    assertThat(split.publicExamples()).hasSize(512);
    assertThat(split.labels().size()).isEqualTo(25);
    Set<TextExample> train = new HashSet<>(split.train());
    assertThat(split.test().stream().filter(train::contains).count())
        .as("glosses that WordNet has twice and that fell into train and test")
        .isLessThan(20);
  }

  private static DataSplit split(DataConfig config, List<TextExample> source, long seed) {
    return DataSplit.of(config, source, files(Optional.empty(), Optional.empty()), new Seed(seed));
  }

  private static List<TextExample> examples(int size, int classes) {
    return IntStream.range(0, size)
        .mapToObj(
            i ->
                new TextExample(
                    "text " + i, "class-" + i % classes, Optional.empty(), Configs.NOWHERE))
        .toList();
  }
}
