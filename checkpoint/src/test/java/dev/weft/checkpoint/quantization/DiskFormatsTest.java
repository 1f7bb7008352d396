package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats that no fixture file has; expected values come from the formulas, by other code. */
class DiskFormatsTest {
  private static final Golden GOLDEN = Golden.read("int4_disk_formats.json");

  @Test
  void gptqOfTheSecondVersionStoresZerosAsTheyAre() {
    assertThat(
            read(
                    "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32,"
                        + "\"checkpoint_format\":\"gptq_v2\"}",
                    16,
                    64,
                    GOLDEN.int32("p.qweight", "/gptq_v1/qweight_int32", 8, 16),
                    GOLDEN.int32("p.qzeros", "/gptq_v2/qzeros_int32", 2, 2),
                    GOLDEN.float16("p.scales", "/scales_group_out", 2, 16))
                .decode()
                .toArray())
        .isEqualTo(GOLDEN.floats("/W_out_in"));
  }

  @Test
  void threeBitNumbersReachOverWords() {
    PackedWords words =
        new PackedWords(GOLDEN.int32("w", "/gptq_3bit_words/words_uint32", 3).bytes(), 3);
    float[] values = new float[32];
    words.read(0, 1, 32, values, 0);

    assertThat(values).isEqualTo(GOLDEN.floats("/gptq_3bit_words/values"));
  }

  @Test
  void symmetricPackedIntegersWithAScalePerRow() {
    float[] codes = GOLDEN.floats("/compressed_tensors_int4_sym_channel/q");
    float[] scales = GOLDEN.floats("/compressed_tensors_int4_sym_channel/weight_scale");
    float[] expected = new float[codes.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = codes[i] * scales[i / 32];
    }

    assertThat(
            read(
                    "{'quant_method':'compressed-tensors','format':'pack-quantized','config_groups':"
                        + "{'group_0':{'targets':['Linear'],'weights':{'num_bits':4,'type':'int',"
                        + "'strategy':'channel'}}}}",
                    4,
                    32,
                    GOLDEN.int32(
                        "p.weight_packed",
                        "/compressed_tensors_int4_sym_channel/weight_packed_int32",
                        4,
                        4),
                    GOLDEN.float32(
                        "p.weight_scale",
                        "/compressed_tensors_int4_sym_channel/weight_scale",
                        4,
                        1))
                .decode()
                .toArray())
        .isEqualTo(expected);
  }

  @Test
  void float8WithOneScalePerTensorOrPerRow() {
    Golden golden = Golden.read("fp8.json");
    String config =
        "{'quant_method':'compressed-tensors','format':'float-quantized','config_groups':"
            + "{'group_0':{'targets':['Linear'],'weights':{'num_bits':8,'type':'float',"
            + "'strategy':'%s'}}}}";

    assertThat(
            read(
                    config.replace("%s", "tensor"),
                    4,
                    16,
                    float8(golden, "/linear/tensor/bytes_hex"),
                    golden.float32("p.weight_scale", "/linear/tensor/weight_scale", 1))
                .decode()
                .toArray())
        .isEqualTo(golden.floats("/linear/tensor/dequant"));
    assertThat(
            read(
                    config.replace("%s", "channel"),
                    4,
                    16,
                    float8(golden, "/linear/channel/bytes_hex"),
                    golden.float32("p.weight_scale", "/linear/channel/weight_scale", 4, 1))
                .decode()
                .toArray())
        .isEqualTo(golden.floats("/linear/channel/dequant"));
  }

  /** DeepSeek's inverse scales are multiplied by; here a scale for each 2 x 8 values. */
  @Test
  void float8WithAScalePerTile() {
    Golden golden = Golden.read("fp8.json");
    float[] scales = {1, 2, 4, 8};
    float[] unscaled = golden.floats("/linear/tensor/dequant");
    float tensorScale = golden.floats("/linear/tensor/weight_scale")[0];
    StoredMatrix matrix =
        read(
            "{\"quant_method\":\"fp8\",\"weight_block_size\":[2,8]}",
            4,
            16,
            float8(golden, "/linear/tensor/bytes_hex"),
            new RawTensor(
                "p.weight_scale_inv",
                ElementType.F32,
                List.of(2, 2),
                Elements.of(scales).stored()));
    float[] decoded = matrix.decode().toArray();
    for (int i = 0; i < decoded.length; i++) {
      float scale = scales[i / 32 * 2 + i % 16 / 8];
      assertThat(decoded[i] * tensorScale).as("value %d", i).isEqualTo(unscaled[i] * scale);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hqq_4bit_axis1", "hqq_2bit_axis1"})
  void hqqWithGroupsAlongTheInput(String name) {
    String path = "/" + name;
    int bits = GOLDEN.at(path + "/nbits").asInt();
    int group = GOLDEN.at(path + "/group_size").asInt();
    int groups = 8 * 64 / group;

    assertThat(
            read(
                    "{\"quant_method\":\"hqq\",\"quant_config\":{\"weight_quant_params\":"
                        + Text.format("{\"nbits\":%d,\"group_size\":%d,\"axis\":1}}}", bits, group),
                    8,
                    64,
                    new RawTensor(
                        "p.W_q",
                        ElementType.U8,
                        List.of(groups * bits / 8, group),
                        GOLDEN.hex(path + "/W_q_hex")),
                    GOLDEN.float32("p.scale", path + "/scale", groups, 1),
                    GOLDEN.float32("p.zero", path + "/zero", groups, 1))
                .decode()
                .toArray())
        .isEqualTo(GOLDEN.floats(path + "/dequant"));
  }

  @Test
  void layersThatWereLeftOutOfQuantizationAreReadAsTheyAre() {
    RawTensor plain = GOLDEN.float16("p.weight", "/W_out_in", 16, 64);

    for (String config :
        List.of(
            "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":32}",
            "{\"quant_method\":\"bitsandbytes\"}",
            "{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\"}")) {
      StoredMatrix matrix = read(config, 16, 64, plain);

      assertThat(matrix.scheme()).isEqualTo("f16");
      assertThat(matrix.decode().toArray()).isEqualTo(GOLDEN.floats("/W_out_in"));
    }
  }

  private static RawTensor float8(Golden golden, String path) {
    return new RawTensor("p.weight", ElementType.F8_E4M3, List.of(4, 16), golden.hex(path));
  }

  private static StoredMatrix read(String config, int out, int in, RawTensor... tensors) {
    return QuantizedCheckpoint.of(MemoryCheckpoint.of(tensors), Declared.as(config))
        .linear("p", out, in);
  }
}
