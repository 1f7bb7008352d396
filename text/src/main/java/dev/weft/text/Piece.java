package dev.weft.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * An entry of a vocabulary; its id is its position.
 *
 * @param text in the vocabulary's own spelling of spaces and bytes
 * @param score the higher, the sooner a SentencePiece-type tokenizer merges to it
 */
record Piece(String text, float score, Kind kind) {

  /** With GGUF's numbers of {@code tokenizer.ggml.token_type}. */
  enum Kind {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    static Optional<Kind> numbered(int number) {
      return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
    }

    /** Whether a text holds this piece as one unit that no merge makes or breaks. */
    boolean isUnit() {
      return this == UNKNOWN || this == CONTROL || this == USER_DEFINED;
    }
  }
}
