package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.GgufCheckpoint;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by the tools themselves decode to the values that those tools decode them to. */
class FixturesTest {
  private static final Golden REFERENCE = Golden.read("fixtures/reference.json");

  /** bitsandbytes rounds what it decoded to the bfloat16 that the file names. */
  @ParameterizedTest
  @ValueSource(strings = {"bnb_nf4", "bnb_nf4_dq", "bnb_fp4"})
  void fourBitBitsandbytes(String fixture) {
    StoredMatrix matrix =
        open(fixture, "{\"quant_method\":\"bitsandbytes\"}")
            .linear("model.layers.0.self_attn.q_proj", 32, 128);

    assertThat(toBfloat(matrix.decode().toArray())).isEqualTo(REFERENCE.floats("/" + fixture));
  }

  @Test
  void eightBitBitsandbytes() {
    StoredMatrix matrix =
        open("bnb_int8", "{\"quant_method\":\"bitsandbytes\"}").linear("p", 32, 128);

    assertThat(matrix.decode().toArray()).isEqualTo(REFERENCE.floats("/bnb_int8"));
  }

  @Test
  void float8WithAScalePerRow() {
    StoredMatrix matrix =
        open(
                "ct_fp8_channel",
                "{'quant_method':'compressed-tensors','format':'float-quantized','config_groups':"
                    + "{'group_0':{'targets':['Linear'],'weights':{'num_bits':8,'type':'float',"
                    + "'strategy':'channel'}}}}")
            .linear("p", 32, 128);

    assertThat(matrix.decode().toArray()).isEqualTo(REFERENCE.floats("/ct_fp8_channel"));
  }

  @ParameterizedTest
  @CsvSource({
    "gptq_v1, /W_out_in, '{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32}'",
    "gptq_desc_act, /gptq_desc_act/W_out_in,"
        + " '{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32,\"desc_act\":true}'",
    "awq_gemm, /W_out_in,"
        + " '{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":32,\"version\":\"gemm\"}'",
    "ct_pack_asym, /W_out_in,"
        + " '{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\","
        + "\"config_groups\":{\"group_0\":{\"targets\":[\"Linear\"],\"weights\":{\"num_bits\":4,"
        + "\"type\":\"int\",\"strategy\":\"group\",\"group_size\":32,\"symmetric\":false}}}}'"
  })
  void fourBitGroups(String fixture, String expected, String config) {
    StoredMatrix matrix = open(fixture, config).linear("p", 16, 64);

    assertThat(matrix.decode().toArray())
        .isEqualTo(Golden.read("int4_disk_formats.json").floats(expected));
  }

  @Test
  void everyTensorTypeOfAGgufFile() {
    Checkpoint gguf = GgufCheckpoint.open(path("tiny.gguf"));
    QuantizedCheckpoint checkpoint = QuantizedCheckpoint.of(gguf, Optional.empty());
    int seen = 0;
    for (String name : gguf.names()) {
      RawTensor tensor = gguf.find(name).orElseThrow();
      String type = tensor.type().name();
      StoredMatrix matrix = checkpoint.table(name, tensor.shape().get(0), tensor.shape().get(1));

      assertThat(matrix.decode().toArray())
          .as("%s %s", name, type)
          .isEqualTo(REFERENCE.floats("/gguf/" + type));
      seen++;
    }
    assertThat(seen).isEqualTo(13);
  }

  private static QuantizedCheckpoint open(String fixture, String config) {
    return QuantizedCheckpoint.of(
        SafetensorsCheckpoint.open(path(fixture + ".safetensors")), Declared.as(config));
  }

  private static Path path(String fixture) {
    try {
      return Path.of(FixturesTest.class.getResource("/golden/fixtures/" + fixture).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The nearest bfloat16, ties to even. */
  private static float[] toBfloat(float[] values) {
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      values[i] = Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
    }
    return values;
  }
}
