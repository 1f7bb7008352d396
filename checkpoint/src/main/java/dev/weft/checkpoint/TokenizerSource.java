package dev.weft.checkpoint;

import java.nio.file.Path;
import java.util.Optional;

/** Where a model's tokenizer is defined. */
public sealed interface TokenizerSource {

  /**
   * Hugging Face files.
   *
   * @param definition {@code tokenizer.json}
   * @param settings {@code tokenizer_config.json}, which names special tokens and may hold a chat
   *     template
   * @param chatTemplate {@code chat_template.jinja}, which newer models have instead
   */
  record HuggingFace(Path definition, Optional<Path> settings, Optional<Path> chatTemplate)
      implements TokenizerSource {}

  /** The keys {@code tokenizer.*} of a GGUF file. */
  record Gguf(GgufMetadata metadata) implements TokenizerSource {}

  /** The scored pieces of llama2.c, such as {@code tokenizer.bin}. */
  record Llama2C(Path definition) implements TokenizerSource {}

  /** {@link EmbeddedModel#tokenizer()}. */
  record Embedded() implements TokenizerSource {}
}
