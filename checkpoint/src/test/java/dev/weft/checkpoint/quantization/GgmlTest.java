package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden bytes are gguf-py's. */
class GgmlTest {
  private static final Golden GOLDEN = Golden.read("ggml_blocks.json");

  @ParameterizedTest
  @CsvSource({
    "Q4_0,64",
    "Q4_1,64",
    "Q5_0,64",
    "Q5_1,64",
    "Q8_0,64",
    "IQ4_NL,32",
    "MXFP4,32",
    "Q2_K,256",
    "Q3_K,256",
    "Q4_K,256",
    "Q5_K,256",
    "Q6_K,256"
  })
  void blocksStandForTheValuesOfGgml(ElementType type, int values) {
    String path = "/" + type.name();
    GgmlMatrix matrix = new GgmlMatrix(type, 1, values, GOLDEN.hex(path + "/block_hex"));

    assertThat(matrix.decode().toArray()).isEqualTo(GOLDEN.floats(path + "/dequant"));
    assertThat(matrix.bitsPerWeight()).isEqualTo(8.0 * type.blockBytes() / type.blockValues());
  }

  @ParameterizedTest
  @CsvSource({"Q4_0,Q4_0", "Q8_0,Q8_0"})
  void quantizedBytesAreThoseOfGgml(ElementType type, String path) {
    GgmlQuantizer quantizer = type == ElementType.Q4_0 ? GgmlQuantizer.q4() : GgmlQuantizer.q8();
    GgmlMatrix matrix = (GgmlMatrix) quantizer.store(Tensor.of(GOLDEN.floats("/x"), 2, 32));

    ByteBuffer expected = GOLDEN.hex("/" + path + "/block_hex");
    assertThat(matrix.blocks()).isEqualTo(expected);
  }

  @Test
  void rowsThatAreNoWholeNumberOfBlocksAreRefused() {
    assertThatThrownBy(() -> GgmlQuantizer.q4().store(Tensor.zeros(3, 40)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("model.quantization: q4-0 needs rows of a multiple of 32 weights");
  }
}
