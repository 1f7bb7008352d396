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
        DataSplit.of(Configs.data(FILE), examples(30, 3), Optional.of(test), new Seed(7));
    assertThat(split.test()).isEqualTo(test);
    assertThat(split.train()).hasSize(25);
  }

  @Test
  void aTestedClassWithoutTrainingExampleIsNamed() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                DataSplit.of(
                    Configs.data(FILE), examples(30, 3), Optional.of(examples(4, 4)), new Seed(7)))
        .withMessageContaining("nowhere:1: its class has no training example")
        .matches(e -> e.problem() == Problem.EMPTY_CLASS);
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
                    open(Optional.empty()),
                    examples(2, 2),
                    Optional.of(examples(4, 2)),
                    new Seed(7)))
        .withMessageContaining("too few for data.public-examples = 1 held out and 2, one of each")
        .withMessageNotContaining("data.test-examples");
  }

  /** Nothing said but how many to train on. */
  private static DataConfig open(Optional<Integer> trainExamples) {
    return new DataConfig(
        FILE,
        Optional.empty(),
        trainExamples,
        Optional.empty(),
        Optional.empty(),
        "text",
        "label",
        "client");
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
    return DataSplit.of(config, source, Optional.empty(), new Seed(seed));
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
