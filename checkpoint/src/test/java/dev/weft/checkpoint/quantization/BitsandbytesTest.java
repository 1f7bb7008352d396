package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Golden numbers come from bitsandbytes' own kernels. */
class BitsandbytesTest {
  private static final Golden GOLDEN = Golden.read("nf4_fp4_bnb.json");

  @Test
  void nf4CodesAndScalesAreThoseOfBitsandbytes() {
    CodebookMatrix matrix = BlockCodebook.nf4(false).store(goldenInput());

    assertThat(HexFormat.of().formatHex(bytes(matrix.codes())))
        .isEqualTo(GOLDEN.at("/nf4/packed_hex").asText());
    assertThat(((Elements) matrix.scales()).values()).isEqualTo(GOLDEN.floats("/nf4/absmax"));
    assertThat(matrix.decode().toArray()).isEqualTo(GOLDEN.floats("/nf4/dequant"));
  }

  /** Codes of zero may differ between backends, values may not. */
  @Test
  void fp4ValuesAreThoseOfBitsandbytes() {
    assertThat(values(BlockCodebook.fp4(false))).isEqualTo(withoutSign("/fp4/dequant"));
    assertThat(values(BlockCodebook.fp4(true))).isEqualTo(withoutSign("/fp4/double_quant/dequant"));
  }

  @Test
  void doublyQuantizedScalesAreThoseOfBitsandbytes() {
    CodebookMatrix matrix = BlockCodebook.nf4(true).store(goldenInput());
    NestedScales scales = (NestedScales) matrix.scales();

    assertThat(scales.mean()).isEqualTo(GOLDEN.floats("/nf4/double_quant/offset")[0]);
    assertThat(scales.absmax().values())
        .isEqualTo(GOLDEN.floats("/nf4/double_quant/nested_absmax"));
    assertThat(unsigned(scales.codes())).isEqualTo(GOLDEN.ints("/nf4/double_quant/qabsmax_u8"));
    assertThat(matrix.decode().toArray()).isEqualTo(GOLDEN.floats("/nf4/double_quant/dequant"));
  }

  @Test
  void manyBlocksFollowBitsandbytesWithASecondNestedBlock() {
    float[] values = new float[20480];
    for (int i = 0; i < values.length; i++) {
      float base = ((7919L * i + 13) % 1009 - 504) / 1024f;
      values[i] = base * ((1 + (29 * (i / 64)) % 31) / 32f);
    }
    CodebookMatrix matrix = BlockCodebook.nf4(true).store(Tensor.of(values, 160, 128));
    NestedScales scales = (NestedScales) matrix.scales();

    assertThat(Digest.of(bytes(matrix.codes())).hex())
        .isEqualTo(GOLDEN.at("/nf4_20480/packed_sha256").asText());
    assertThat(scales.mean()).isEqualTo(GOLDEN.floats("/nf4_20480/offset")[0]);
    assertThat(scales.absmax().values()).isEqualTo(GOLDEN.floats("/nf4_20480/nested_absmax"));
    assertThat(unsigned(scales.codes())).isEqualTo(GOLDEN.ints("/nf4_20480/qabsmax_u8"));
    double sum = 0;
    for (float value : matrix.decode().toArray()) {
      sum += value;
    }
    assertThat(sum).isEqualTo(GOLDEN.at("/nf4_20480/dequant_sum_f64").asDouble(), within(1e-9));
  }

  @Test
  void theTablesAreBitsandbytesOwn() {
    Golden tables = Golden.read("codebooks.json");

    assertThat(Codebook.normalFloat4().values()).isEqualTo(tables.floats("/nf4"));
    assertThat(Codebook.float4().values()).isEqualTo(tables.floats("/fp4_bnb_by_code"));
    assertThat(Codebook.dynamic8().values()).isEqualTo(tables.floats("/dynamic8_signed"));
  }

  @Test
  void int8CodesScalesAndValuesAreThoseOfBitsandbytes() {
    Golden golden = Golden.read("llm_int8.json");
    GroupedMatrix matrix = new RowInt8().store(Tensor.of(golden.floats("/W"), 4, 16));
    float[] codes = new float[64];
    matrix.codes().read(0, 4, codes);

    assertThat(codes).isEqualTo(golden.floats("/weight_int8"));
    assertThat(matrix.decode().toArray()).isEqualTo(golden.floats("/dequant"));
  }

  private static float[] values(BlockCodebook scheme) {
    return positiveZeros(scheme.store(goldenInput()).decode().toArray());
  }

  private static float[] withoutSign(String path) {
    return positiveZeros(GOLDEN.floats(path));
  }

  private static float[] positiveZeros(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] += 0f;
    }
    return values;
  }

  private static Tensor goldenInput() {
    return Tensor.of(GOLDEN.floats("/x"), 2, 64);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static int[] unsigned(ByteBuffer buffer) {
    int[] values = new int[buffer.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.get(i) & 0xFF;
    }
    return values;
  }
}
