package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

class TokenizerRoundTripTest {
  private static final Tokenizer BYTE_LEVEL =
      Tokenizer.open(Goldens.definition(Goldens.byteLevel("smollm", Map.of())), 1000);
  private static final Tokenizer SENTENCE_PIECE =
      Tokenizer.open(Goldens.definition(Goldens.sentencePiece(Map.of())), 1000);

  @AfterContainer
  static void close() {
    BYTE_LEVEL.close();
    SENTENCE_PIECE.close();
  }

  @Property(tries = 500)
  void whatByteLevelTokenizersEncodeTheyDecode(@ForAll("texts") String text) {
    assertThat(BYTE_LEVEL.decode(BYTE_LEVEL.encode(text))).isEqualTo(text);
  }

  @Property(tries = 500)
  void whatSentencePieceEncodesItDecodes(@ForAll("texts") String text) {
    String spaces = text.replace(SentencePieceVocabulary.SPACE, " ");
    assertThat(SENTENCE_PIECE.decode(SENTENCE_PIECE.encode(text))).isEqualTo(spaces);
  }

  /** Any characters, and many of those that splitting looks at. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
            .map(Character::toString);
    Arbitrary<String> common =
        Arbitraries.of(" ", "\n", "\t", "a", "the", "'s", "12", "_", "é", "▁");
    return Arbitraries.oneOf(any, common).list().ofMaxSize(40).map(parts -> String.join("", parts));
  }
}
