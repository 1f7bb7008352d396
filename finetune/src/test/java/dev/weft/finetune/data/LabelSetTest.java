package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.Optional;
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

  private static List<TextExample> examples(String... labels) {
    return Stream.of(labels)
        .map(label -> new TextExample("text", label, Optional.empty(), Configs.NOWHERE))
        .toList();
  }
}
