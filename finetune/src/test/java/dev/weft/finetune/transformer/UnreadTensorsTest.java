package dev.weft.finetune.transformer;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.GgufFile;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadTensorsTest {
  @TempDir Path folder;

  /** What another family would read, and this one does not, is called as the file calls it. */
  @ParameterizedTest
  @ValueSource(strings = {"blk.0.attn_q.bias", "blk.0.attn_q_norm.weight"})
  void arraysOfAnotherFamilyAreRefused(String name) {
    Path file = GgufFile.of("llama").add(name, 8).write(folder);
    OpenModel model = ModelFiles.open(file.toString());
    LlamaFamily family = new LlamaFamily(((Architecture.Decoder) model.architecture()).shape());

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> CheckpointWeights.of(model, family, QuantSchemes.named("as-is")))
        .withMessageStartingWith(file + ": tensor " + name + " has no place in a model");
  }
}
