package dev.weft.finetune.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Digest;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden numbers come from bitsandbytes' own kernels. */
class Nf4Test {
  private static final JsonNode GOLDEN = golden("nf4_fp4_bnb.json");

  @Test
  void codesAndScalesAreThoseOfBitsandbytes() {
    Nf4Matrix matrix = new Nf4(false).store(goldenInput());

    assertThat(HexFormat.of().formatHex(matrix.codes()))
        .isEqualTo(GOLDEN.at("/nf4/packed_hex").asText());
    assertThat(matrix.scales().at(0)).isEqualTo(floats("/nf4/absmax")[0]);
    assertThat(matrix.scales().at(1)).isEqualTo(floats("/nf4/absmax")[1]);
    assertThat(matrix.decode().toArray()).isEqualTo(floats("/nf4/dequant"));
  }

  @Test
  void doublyQuantizedScalesAreThoseOfBitsandbytes() {
    Nf4Matrix matrix = new Nf4(true).store(goldenInput());
    NestedScales scales = (NestedScales) matrix.scales();

    assertThat(scales.mean()).isEqualTo(floats("/nf4/double_quant/offset")[0]);
    assertThat(scales.absmax()).isEqualTo(floats("/nf4/double_quant/nested_absmax"));
    assertThat(scales.codes()).isEqualTo(bytes("/nf4/double_quant/qabsmax_u8"));
    assertThat(matrix.decode().toArray()).isEqualTo(floats("/nf4/double_quant/dequant"));
  }

  @Test
  void manyBlocksFollowBitsandbytesWithASecondNestedBlock() {
    float[] values = new float[20480];
    for (int i = 0; i < values.length; i++) {
      float base = ((7919L * i + 13) % 1009 - 504) / 1024f;
      values[i] = base * ((1 + (29 * (i / 64)) % 31) / 32f);
    }
    Nf4Matrix matrix = new Nf4(true).store(Tensor.of(values, 160, 128));
    NestedScales scales = (NestedScales) matrix.scales();

    assertThat(Digest.of(matrix.codes()).hex())
        .isEqualTo(GOLDEN.at("/nf4_20480/packed_sha256").asText());
    assertThat(scales.mean()).isEqualTo(floats("/nf4_20480/offset")[0]);
    assertThat(scales.absmax()).isEqualTo(floats("/nf4_20480/nested_absmax"));
    assertThat(scales.codes()).isEqualTo(bytes("/nf4_20480/qabsmax_u8"));
    double sum = 0;
    for (float value : matrix.decode().toArray()) {
      sum += value;
    }
    assertThat(sum).isEqualTo(GOLDEN.at("/nf4_20480/dequant_sum_f64").asDouble(), within(1e-9));
  }

  @Test
  void theDynamicMapIsBitsandbytesOwn() {
    JsonNode expected = golden("codebooks.json").get("dynamic8_signed");
    float[] values = Codebook.dynamic8().values();

    assertThat(values).hasSize(256);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("entry %d", i).isEqualTo((float) expected.get(i).asDouble());
    }
  }

  @Test
  void quantizingADecodedMatrixAgainGivesTheSameCodes() {
    Nf4Matrix matrix = new Nf4(false).store(gaussian(32, 64));

    assertThat(new Nf4(false).store(matrix.decode()).codes()).isEqualTo(matrix.codes());
  }

  @Test
  void aBlockOfZerosStaysZero() {
    assertThat(new Nf4(true).store(Tensor.zeros(2, 64)).decode()).isEqualTo(Tensor.zeros(2, 64));
  }

  @Test
  void errorOnGaussianWeightsIsTheOneMeasuredWithBitsandbytes() {
    JsonNode expected = golden("error_table.json").get("gauss");
    Tensor weights = gaussian(512, 1024);

    assertThat(relativeError(weights, new Nf4(false)))
        .isCloseTo(expected.get("NF4 b64").asDouble(), within(0.002));
    assertThat(relativeError(weights, new Nf4(true)))
        .isCloseTo(expected.get("NF4 b64 + double quant").asDouble(), within(0.002));
  }

  @Test
  void doubleQuantizationHoldsFourPointOneTwoSevenBitsPerWeight() {
    Tensor weights = gaussian(512, 1024);

    assertThat(8.0 * new Nf4(true).store(weights).bytes() / weights.size())
        .isCloseTo(4.126953125, within(1e-4));
    assertThat(8.0 * new Nf4(false).store(weights).bytes() / weights.size()).isEqualTo(4.5);
  }

  @ParameterizedTest
  @CsvSource({"false,3,64", "true,3,64", "true,384,384", "false,5,13", "true,5,13", "true,1,1"})
  void theKernelDecodesToTheSameBits(boolean nested, int out, int in) {
    Nf4Matrix matrix = new Nf4(nested).store(gaussian(out, in));
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "nf4.py");

      assertThat(matrix.upload(arena, kernels).decode(arena).toTensor()).isEqualTo(matrix.decode());
    }
  }

  private static double relativeError(Tensor weights, QuantScheme scheme) {
    Tensor decoded = scheme.store(weights).decode();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < weights.size(); i++) {
      error += Math.pow(decoded.at(i) - weights.at(i), 2);
      norm += Math.pow(weights.at(i), 2);
    }
    return Math.sqrt(error / norm);
  }

  private static Tensor gaussian(int out, int in) {
    SeededRandom random = new Seed(11).random();
    float[] values = new float[out * in];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, out, in);
  }

  private static Tensor goldenInput() {
    return Tensor.of(floats("/x"), 2, 64);
  }

  private static float[] floats(String path) {
    JsonNode node = GOLDEN.at(path);
    if (!node.isArray()) {
      return new float[] {(float) node.asDouble()};
    }
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) node.get(i).asDouble();
    }
    return values;
  }

  private static byte[] bytes(String path) {
    JsonNode node = GOLDEN.at(path);
    byte[] values = new byte[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) node.get(i).asInt();
    }
    return values;
  }

  private static JsonNode golden(String name) {
    try (InputStream stream = Nf4Test.class.getResourceAsStream("/golden/" + name)) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
