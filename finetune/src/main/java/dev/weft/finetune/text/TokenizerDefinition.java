package dev.weft.finetune.text;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.checkpoint.EmbeddedModel;
import dev.weft.finetune.checkpoint.TokenizerSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All a model says about its texts: how they become tokens and how conversations are written.
 * Whatever form a model brings this in, here it has that of Hugging Face's {@code tokenizer.json}.
 *
 * @param source where it was read, for messages
 * @param json the content of a {@code tokenizer.json}
 * @param vocabulary number of ids, one more than the largest
 * @param special the tokens that mean no text
 * @param chatTemplate the Jinja source that writes conversations, if the model brings one
 */
public record TokenizerDefinition(
    String source,
    String json,
    int vocabulary,
    SpecialTokens special,
    Optional<String> chatTemplate) {

  /**
   * @throws WeftException if the files cannot be read or are malformed
   */
  public static TokenizerDefinition of(TokenizerSource source) {
    if (source instanceof TokenizerSource.HuggingFace files) {
      return HuggingFaceDefinition.read(files);
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
    int vocabulary = TokenTable.of(json, source).size();
    return new TokenizerDefinition(source, json, vocabulary, SpecialTokens.NONE, Optional.empty());
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
