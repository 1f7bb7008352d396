package dev.weft.finetune;

import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.checkpoint.GgufMetadata;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.TokenizerSource;
import dev.weft.core.error.WeftException;
import dev.weft.text.GgufKeys;
import dev.weft.text.TokenizerDefinition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a model's files say about its texts. */
public final class ModelTokenizer {
  private ModelTokenizer() {}

  /**
   * The tokenizer of a model, whose embedding table must have a row for every token.
   *
   * @throws WeftException if its files cannot be read or are malformed, or a token lies beyond the
   *     table
   */
  public static TokenizerDefinition of(OpenModel model) {
    TokenizerSource source = model.tokenizer();
    int rows = model.architecture().vocabulary();
    if (source instanceof TokenizerSource.HuggingFace files) {
      return TokenizerDefinition.ofHuggingFace(
          files.definition(), files.settings(), files.chatTemplate(), rows);
    }
    if (source instanceof TokenizerSource.Gguf gguf) {
      return TokenizerDefinition.ofGguf(new Keys(gguf.metadata()), rows);
    }
    if (source instanceof TokenizerSource.Llama2C file) {
      return TokenizerDefinition.ofLlama2c(file.definition(), rows);
    }
    return TokenizerDefinition.ofJson(EmbeddedModel.tokenizer(), EmbeddedModel.SOURCE, rows);
  }

  /** Metadata as the tokenizers ask for it. */
  private record Keys(GgufMetadata metadata) implements GgufKeys {
    @Override
    public String source() {
      return metadata.source();
    }

    @Override
    public Optional<String> text(String key) {
      return metadata.text(key);
    }

    @Override
    public Optional<Boolean> flag(String key) {
      return metadata.flag(key);
    }

    @Override
    public OptionalLong integer(String key) {
      return metadata.integer(key);
    }

    @Override
    public List<String> texts(String key) {
      return metadata.texts(key);
    }

    @Override
    public int[] integers(String key) {
      return metadata.integers(key);
    }

    @Override
    public float[] floats(String key) {
      return metadata.floats(key);
    }
  }
}
