package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LabelSetTest {

  @Test
  void positionsAreAlphabeticalWhateverTheOrderOfTheExamples() {
    LabelSet labels = LabelSet.of(examples("plant", "animal", "time", "animal"));
    assertThat(labels.names()).containsExactly("animal", "plant", "time");
    assertThat(labels.indices(examples("time", "animal", "plant"))).containsExactly(2, 0, 1);
  }

  @Test
  void oneClassIsNoTask() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> LabelSet.of(examples("plant", "plant")))
        .withMessageContaining("only the class \"plant\"");
  }

  @Test
  void anUnknownClassIsPlacedAndNotQuoted() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                LabelSet.of(examples("plant", "animal"))
                    .requireAll(examples("animal", "tiem"), "is misspelt"))
        .withMessage("nowhere:1: its class is misspelt");
  }

  @Test
  void whatIsAgreedIsSortedByCodeUnitsAndNotAsALanguageSorts() {
    assertThat(agreed(Optional.empty(), examples("z", "\u00e4"), examples("Z", "a", "I", "i")))
        .contains(new LabelSet(List.of("I", "Z", "a", "i", "z", "\u00e4")));
  }

  @Test
  void namedClassesComeBeforeThoseFound() {
    Optional<List<String>> named = Optional.of(List.of("time", "animal", "plant"));
    assertThat(agreed(named, examples("plant"), List.of()))
        .contains(new LabelSet(List.of("time", "animal", "plant")));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> agreed(named, examples("plant", "time", "tiem"), List.of()))
        .withMessageContaining("nowhere:1: the class \"tiem\" is none of the 3 of this run");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> agreed(named, List.of(), examples("plant", "time", "tiem")))
        .withMessageContaining("\"tiem\"");
  }

  @Test
  void nothingIsAgreedWhereNoKeySaysIt() {
    assertThat(LabelSet.agreed(Configs.data("data.csv"), examples("a", "b"), examples("a", "b")))
        .isEmpty();
  }

  /**
   * A class for nearly every example is a wrong column, and what it holds would go to all sites.
   */
  @Test
  void aColumnOfTextsIsNoColumnOfClasses() {
    String[] texts = IntStream.range(0, 24).mapToObj(i -> "patient " + i).toArray(String[]::new);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> agreed(Optional.empty(), examples(texts), List.of()))
        .withMessageContaining("data.label-column: holds 24 classes in 24 held-out examples")
        .withMessageNotContaining("patient");
    assertThat(agreed(Optional.empty(), examples(texts), examples(texts))).isPresent();
  }

  @Test
  void aClassThatWasNotAgreedOnIsNamedOnlyIfItIsAName() {
    LabelSet labels = LabelSet.of(examples("plant", "animal"));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> labels.requireAgreed(examples("plant", "she is ill and old", "plant")))
        .withMessageContaining("nowhere:1: its class is none of the 2 of this run, as with 1 of 3")
        .withMessageContaining("data.label-column")
        .withMessageNotContaining("ill");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> labels.requireAgreed(examples("Jane Doe", "John Doe", "plant")))
        .withMessageContaining("as with 2 of 3 examples")
        .withMessageNotContaining("Doe");
    labels.requireAgreed(examples("plant", "animal", "plant"));
  }

  private static Optional<LabelSet> agreed(
      Optional<List<String>> named, List<TextExample> test, List<TextExample> publicExamples) {
    return LabelSet.agreed(
        Configs.files(
            "data.csv",
            Optional.of("test.csv"),
            Optional.of("public.csv"),
            named,
            Optional.empty()),
        test,
        publicExamples);
  }

  private static List<TextExample> examples(String... labels) {
    return Stream.of(labels)
        .map(label -> new TextExample("text", label, Optional.empty(), Configs.NOWHERE))
        .toList();
  }
}
