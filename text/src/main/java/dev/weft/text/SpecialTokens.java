package dev.weft.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The tokens of a vocabulary that mean no text.
 *
 * @param beginning of every text, where the model has such a token
 * @param ends what the model's files say ends a text; texts to learn from end with the first
 * @param turnEnds further tokens whose text is known to end a turn, whatever the files say
 * @param padding fills batches, where the model has such a token
 */
public record SpecialTokens(
    Optional<Token> beginning, List<Token> ends, List<Token> turnEnds, Optional<Token> padding) {

  /** A token and how it is written. */
  public record Token(int id, String text) {}

  /**
   * Texts that no model means as text: files often name one of them as the end and leave out that
   * on which the model was tuned to stop. This is llama.cpp's list of tokens that end a generation.
   */
  static final List<String> KNOWN_TURN_ENDS =
      List.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<\uff5cend\u2581of\u2581sentence\uff5c>");

  /** For a vocabulary that tells none. */
  public static final SpecialTokens NONE =
      new SpecialTokens(Optional.empty(), List.of(), List.of(), Optional.empty());

  public SpecialTokens {
    List<Token> named = ends.stream().distinct().toList();
    // Where the files name no end, what is known to end a turn is learnt as well.
    List<Token> known =
        turnEnds.stream().distinct().filter(token -> !named.contains(token)).toList();
    ends = named.isEmpty() ? known : named;
    turnEnds = named.isEmpty() ? List.of() : known;
  }

  /** The token that ends a text to learn from. */
  public OptionalInt end() {
    return ends.stream().mapToInt(Token::id).findFirst();
  }

  /** Whether a model that says this token has finished. */
  public boolean isEnd(int id) {
    return Stream.concat(ends.stream(), turnEnds.stream()).anyMatch(end -> end.id() == id);
  }
}
