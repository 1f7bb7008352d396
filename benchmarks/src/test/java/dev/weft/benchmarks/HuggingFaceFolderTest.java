package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.LlamaFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HuggingFaceFolderTest {

  @Test
  void everyWeightIsReadBackBitForBit(@TempDir Path folder) throws IOException {
    LlamaFamily family = (LlamaFamily) Shape.TINY.family();
    RandomWeights weights = new RandomWeights(new Seed(3), Weights.NF4, ElementType.BF16);

    HuggingFaceFolder.write(folder, family.shape(), weights);

    QuantizedCheckpoint read =
        QuantizedCheckpoint.of(SafetensorsCheckpoint.open(folder), Optional.empty());
    for (LinearSite site : family.linears(1)) {
      Tensor written = weights.linear(site).decode();
      assertThat(read.linear(site.name(), site.out(), site.in()).decode()).isEqualTo(written);
    }
    assertThat(read.table(family.tokenTable(), 500, 64).decode())
        .isEqualTo(weights.table(family.tokenTable(), 500, 64).decode());
    assertThat(read.vector("model.norm.weight", 64).at(7)).isEqualTo(1);
  }

  @Test
  void configurationNamesTheShapeItWasGiven(@TempDir Path folder) throws IOException {
    DecoderShape shape = ((LlamaFamily) Shape.TINY.family()).shape();

    HuggingFaceFolder.write(
        folder, shape, new RandomWeights(new Seed(3), Weights.NONE, ElementType.F32));

    assertThat(Files.readString(folder.resolve("config.json")))
        .contains("\"num_key_value_heads\" : 1")
        .contains("\"rope_theta\" : 100000.0")
        .contains("\"tie_word_embeddings\" : true");
  }
}
