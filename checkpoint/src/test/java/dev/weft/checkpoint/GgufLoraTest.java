package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.core.adapter.LowRank;
import dev.weft.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufLoraTest {
  private static final Architecture.Decoder MODEL =
      (Architecture.Decoder) ModelFiles.open(Fixtures.TINY_LLAMA.toString()).architecture();

  @TempDir Path folder;

  @Test
  void aFileHasTheLayoutOfLlamaCpp() {
    GgufCheckpoint file =
        write(
            Map.of(
                "model.layers.1.mlp.down_proj", pair(32, 64, 2),
                "model.layers.0.self_attn.v_proj", pair(16, 32, 2)));

    assertThat(file.metadata().text("general.type")).contains("adapter");
    assertThat(file.metadata().text("general.architecture")).contains("llama");
    assertThat(file.metadata().text("adapter.type")).contains("lora");
    assertThat(file.metadata().number("adapter.lora.alpha")).hasValue(2);
    assertThat(file.names())
        .containsExactlyInAnyOrder(
            "blk.1.ffn_down.weight.lora_a",
            "blk.1.ffn_down.weight.lora_b",
            "blk.0.attn_v.weight.lora_a",
            "blk.0.attn_v.weight.lora_b");
    assertThat(floats(file.tensor("blk.1.ffn_down.weight.lora_a", 2, 64)))
        .isEqualTo(pair(32, 64, 2).right().toArray());
    assertThat(floats(file.tensor("blk.1.ffn_down.weight.lora_b", 32, 2)))
        .isEqualTo(pair(32, 64, 2).left().toArray());
  }

  /** B's rows must follow the rows of the base weight that the product is added to. */
  @Test
  void rowsOfQueryAndKeyAreOrderedAsInTheBaseFile() {
    GgufCheckpoint base = GgufCheckpoint.open(Fixtures.TINY_GGUF);
    Checkpoint inOrder = ModelFiles.open(Fixtures.TINY_GGUF.toString()).weights();
    Map<String, LowRank> layers = new LinkedHashMap<>();
    layers.put("model.layers.0.self_attn.q_proj", pair(32, 32, 3));
    layers.put("model.layers.0.self_attn.k_proj", pair(16, 32, 3));
    GgufCheckpoint adapter = write(layers);

    layers.forEach(
        (name, pair) -> {
          String stored = GgufNames.linearToGguf(name).orElseThrow() + ".weight";
          RawTensor left = adapter.tensor(stored + ".lora_b", pair.out(), 3);
          RawTensor ordered = inOrder.find(name + ".weight").orElseThrow();
          for (int row = 0; row < pair.out(); row++) {
            int original = (int) (left.bytes().getFloat(4 * 3 * row) / 3);
            assertThat(base.find(stored).orElseThrow().gather(row).bytes())
                .isEqualTo(ordered.gather(original).bytes());
          }
        });
  }

  @Test
  void ranksThatDifferAreLeftUnscaled() {
    GgufCheckpoint file =
        write(
            Map.of(
                "model.layers.0.mlp.up_proj", pair(64, 32, 2),
                "model.layers.1.mlp.up_proj", pair(64, 32, 4)));

    assertThat(file.metadata().number("adapter.lora.alpha")).hasValue(0);
  }

  @Test
  void aLayerThatIsNoneOfADecoderIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> write(Map.of("encoder.layer.0.output.dense", pair(4, 4, 1))))
        .withMessageContaining("encoder.layer.0.output.dense");
  }

  private GgufCheckpoint write(Map<String, LowRank> layers) {
    Path file = folder.resolve("adapter.gguf");
    GgufLora.write(file, MODEL, layers);
    return GgufCheckpoint.open(file);
  }

  /** Every value is its own index, so that a row says where it came from. */
  private static LowRank pair(int out, int in, int rank) {
    return new LowRank(counting(out, rank), counting(rank, in));
  }

  private static Tensor counting(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(values, rows, columns);
  }

  private static float[] floats(RawTensor tensor) {
    FloatBuffer buffer = tensor.bytes().asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
