package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizedSetTest {
  private static final TokenizedSet TEXTS =
      TokenizedSet.continued(new int[][] {{5, 6, 7}, {8, 9}}, new int[] {2, 0});
  private static final TokenizedSet CLASSES =
      TokenizedSet.classified(new int[][] {{5, 6, 7}}, new int[] {4});

  @Test
  void whatIsLearntComesAfterThePromptAndTheFirstToken() {
    assertThat(TEXTS.promptTokens(0)).isEqualTo(2);
    assertThat(TEXTS.targetTokens(0)).isEqualTo(1);
    assertThat(TEXTS.promptTokens(1)).isZero();
    assertThat(TEXTS.targetTokens(1)).isEqualTo(1);
  }

  @Test
  void aConcatenationKeepsWhatEachPartLearns() {
    TokenizedSet both = TokenizedSet.concatenation(List.of(TEXTS, TEXTS));

    assertThat(both.size()).isEqualTo(4);
    assertThat(both.promptTokens(2)).isEqualTo(2);
    assertThat(both.example(3)).isEqualTo(new TokenizedSet.Example(TEXTS, 1));
    assertThat(both.longest()).isEqualTo(3);
    assertThat(both.totalTokens()).isEqualTo(10);
  }

  @Test
  void oneTaskDoesNotPassForTheOther() {
    assertThatThrownBy(() -> TEXTS.label(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> CLASSES.promptTokens(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> TokenizedSet.concatenation(List.of(TEXTS, CLASSES)))
        .hasMessage("parts: have different tasks");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 3", "3, 4", "3, -1", "0, 0"})
  void aTextThatTeachesNothingIsRefused(int tokens, int promptTokens) {
    assertThatThrownBy(
            () -> TokenizedSet.continued(new int[][] {new int[tokens]}, new int[] {promptTokens}))
        .hasMessageContaining("leave nothing to learn");
  }
}
