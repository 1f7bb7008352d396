package dev.weft.finetune.text;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.checkpoint.EmbeddedModel;
import dev.weft.finetune.checkpoint.OpenModel;
import dev.weft.finetune.checkpoint.TokenizerSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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
   * That of a model, whose embedding table must have a row for every token.
   *
   * @throws WeftException if the files cannot be read or are malformed, or a token lies beyond the
   *     table
   */
  public static TokenizerDefinition of(OpenModel model) {
    return of(model.tokenizer(), model.architecture().vocabulary());
  }

  /**
   * @param rows of the embedding table; it may have more than there are tokens
   * @throws WeftException if the files cannot be read or are malformed, or a token lies beyond the
   *     table
   */
  static TokenizerDefinition of(TokenizerSource source, int rows) {
    TokenizerDefinition definition = read(source, rows);
    SpecialTokens.Token last = definition.last;
    if (last.id() >= rows) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: gives the token \"%s\" the id %d where the model's embedding table has %d rows;"
                  + " use the tokenizer of this model, or weights whose table has grown with it",
              definition.source, last.text(), last.id(), rows));
    }
    return definition;
  }

  private static TokenizerDefinition read(TokenizerSource source, int rows) {
    if (source instanceof TokenizerSource.HuggingFace files) {
      return HuggingFaceDefinition.read(files, rows);
    }
    if (source instanceof TokenizerSource.Gguf gguf) {
      return GgufVocabulary.definition(gguf.metadata());
    }
    if (source instanceof TokenizerSource.Llama2C file) {
      return Llama2cVocabulary.read(bytes(file.definition()), file.definition().toString());
    }
    return embedded();
  }

  private static TokenizerDefinition embedded() {
    try (InputStream definition = EmbeddedModel.tokenizer()) {
      return read(definition, EmbeddedModel.SOURCE);
    } catch (IOException e) {
      throw unreadable(EmbeddedModel.SOURCE, e);
    }
  }

  /**
   * A {@code tokenizer.json} that stands alone; its special tokens are not told.
   *
   * @throws WeftException if it is none
   */
  static TokenizerDefinition read(InputStream definition, String source) throws IOException {
    String json = new String(definition.readAllBytes(), StandardCharsets.UTF_8);
    TokenTable tokens = TokenTable.of(json, source, Set.of(), Set.of());
    return new TokenizerDefinition(
        source,
        json,
        tokens.last(),
        Frame.of(tokens.frame(), source),
        SpecialTokens.NONE,
        ChatSource.NONE,
        Map.of());
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
      throw unreadable(file.toString(), e);
    }
  }

  private static WeftException unreadable(String source, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE, Text.format("%s: cannot be read; check the file", source), cause);
  }
}
