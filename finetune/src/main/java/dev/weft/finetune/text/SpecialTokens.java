package dev.weft.finetune.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens of a vocabulary that mean no text.
 *
 * @param beginning of every text, where the model has such a token
 * @param ends what a model says when it has finished; texts to learn from end with the first
 * @param padding fills batches, where the model has such a token
 */
public record SpecialTokens(Optional<Token> beginning, List<Token> ends, Optional<Token> padding) {

  /** A token and how it is written. */
  public record Token(int id, String text) {}

  /** For a vocabulary that tells none. */
  public static final SpecialTokens NONE =
      new SpecialTokens(Optional.empty(), List.of(), Optional.empty());

  public SpecialTokens {
    ends = ends.stream().distinct().toList();
  }

  /** The token that ends a text to learn from. */
  public OptionalInt end() {
    return ends.stream().mapToInt(Token::id).findFirst();
  }

  /** Whether a model that says this token has finished. */
  public boolean isEnd(int id) {
    return ends.stream().anyMatch(end -> end.id() == id);
  }
}
