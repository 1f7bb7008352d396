package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.checkpoint.GgufMetadata;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.TokenizerSource;
import dev.weft.core.error.WeftException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelTokenizerTest {
  @Test
  void theEmbeddedModelHasARowForEveryToken() {
    OpenModel model = EmbeddedModel.open();

    assertThat(ModelTokenizer.of(model).vocabulary()).isEqualTo(model.architecture().vocabulary());
  }

  @Test
  void aKeyOfTheWrongTypeIsNamed() {
    OpenModel model = EmbeddedModel.open();
    GgufMetadata metadata =
        new GgufMetadata(
            "model.gguf",
            Map.of("tokenizer.ggml.model", "llama", "tokenizer.ggml.tokens", "one, two"));
    OpenModel withGguf =
        new OpenModel(
            model.name(),
            model.architecture(),
            model.weights(),
            Optional.empty(),
            new TokenizerSource.Gguf(metadata));

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> ModelTokenizer.of(withGguf))
        .withMessageStartingWith("model.gguf: metadata tokenizer.ggml.tokens is not a list");
  }
}
