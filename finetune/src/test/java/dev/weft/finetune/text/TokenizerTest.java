package dev.weft.finetune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import dev.weft.finetune.checkpoint.EmbeddedModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  private static final int CLS = 101;
  private static final int SEP = 102;

  @Test
  void cutsLongTextsAndNeverPads() throws IOException {
    try (InputStream definition = EmbeddedModel.tokenizer();
        Tokenizer tokenizer = Tokenizer.read(definition, 8)) {
      TokenizedSet set =
          tokenizer.encode(List.of("a domestic cat", "one two ".repeat(50)), new int[] {3, 4});

      assertThat(set.tokens(0)).isEqualTo(5);
      assertThat(set.token(0, 0)).isEqualTo(CLS);
      assertThat(set.token(0, 4)).isEqualTo(SEP);
      assertThat(set.tokens(1)).isEqualTo(8);
      assertThat(set.token(1, 7)).isEqualTo(SEP);
      assertThat(set.label(1)).isEqualTo(4);
      assertThat(set.totalTokens()).isEqualTo(13);
    }
  }

  @Test
  void refusesAnEmptySet() throws IOException {
    try (InputStream definition = EmbeddedModel.tokenizer();
        Tokenizer tokenizer = Tokenizer.read(definition, 8)) {
      assertThatThrownBy(() -> tokenizer.encode(List.of(), new int[0]))
          .isInstanceOf(WeftException.class)
          .hasMessage("a data set is empty; give it examples");
    }
  }
}
