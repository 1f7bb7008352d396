package dev.weft.text;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All a model says about its texts: how they become tokens and how conversations are written.
 * Whatever form a model brings this in, here it has that of Hugging Face's {@code tokenizer.json}.
 *
 * @param source where it was read, for messages
 * @param json the content of a {@code tokenizer.json}
 * @param last the token of the largest id
 * @param frame what is put around a text
 * @param special the tokens that mean no text
 * @param chat how conversations are written
 * @param variables texts of special tokens by the names that templates know them by
 */
public record TokenizerDefinition(
    String source,
    String json,
    SpecialTokens.Token last,
    Frame frame,
    SpecialTokens special,
    ChatSource chat,
    Map<String, String> variables) {

  public TokenizerDefinition {
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /**
   * That of Hugging Face files.
   *
   * @param definition {@code tokenizer.json}; the files beside it count too
   * @param settings {@code tokenizer_config.json}, which names special tokens and may hold a chat
   *     template
   * @param chatTemplate {@code chat_template.jinja}, which newer models have instead
   * @param rows of the model's embedding table; it may have more than there are tokens
   * @throws WeftException if the files cannot be read or are malformed, or a token lies beyond the
   *     table
   */
  public static TokenizerDefinition ofHuggingFace(
      Path definition, Optional<Path> settings, Optional<Path> chatTemplate, int rows) {
    return HuggingFaceDefinition.read(definition, settings, chatTemplate, rows).within(rows);
  }

  /**
   * That of a GGUF file.
   *
   * @param rows of the model's embedding table; it may have more than there are tokens
   * @throws WeftException if there is no vocabulary, it is malformed, or of a kind Weft does not
   *     know, or a token lies beyond the table
   */
  public static TokenizerDefinition ofGguf(GgufKeys keys, int rows) {
    return GgufVocabulary.definition(keys).within(rows);
  }

  /**
   * That of llama2.c.
   *
   * @param pieces its scored pieces, such as {@code tokenizer.bin}
   * @param rows of the model's embedding table; it may have more than there are tokens
   * @throws WeftException if the file cannot be read or is malformed, or a token lies beyond the
   *     table
   */
  public static TokenizerDefinition ofLlama2c(Path pieces, int rows) {
    return Llama2cVocabulary.read(bytes(pieces), pieces.toString()).within(rows);
  }

  /**
   * A {@code tokenizer.json} that stands alone; its special tokens are not told.
   *
   * @param json its content
   * @param source where it was read, for messages
   * @param rows of the model's embedding table; it may have more than there are tokens
   * @throws WeftException if it is none, or a token lies beyond the table
   */
  public static TokenizerDefinition ofJson(String json, String source, int rows) {
    TokenTable tokens = TokenTable.of(json, source, Set.of(), Set.of());
    return new TokenizerDefinition(
            source,
            json,
            tokens.last(),
            Frame.of(tokens.frame(), source),
            SpecialTokens.NONE,
            ChatSource.NONE,
            Map.of())
        .within(rows);
  }

  /** Refuses a token without a row in the embedding table. */
  private TokenizerDefinition within(int rows) {
    if (last.id() >= rows) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: gives the token \"%s\" the id %d where the model's embedding table has %d rows;"
                  + " use the tokenizer of this model, or weights whose table has grown with it",
              source, last.text(), last.id(), rows));
    }
    return this;
  }

  /** Number of ids, one more than the largest. */
  public int vocabulary() {
    return last.id() + 1;
  }

  /** The content of a file. */
  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the file", file), e);
    }
  }
}
