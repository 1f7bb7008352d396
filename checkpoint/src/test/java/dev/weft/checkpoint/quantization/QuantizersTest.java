package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Float16;
import dev.weft.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizersTest {
  /** Largest half distance between neighbours of a table, in units of the block's absmax. */
  private static final double NF4_HALF_GAP = (1 - 0.6961928009986877) / 2;

  private static final double FP4_HALF_GAP = (1 - 2 / 3.0) / 2;

  @ParameterizedTest
  @CsvSource({
    "nf4, NF4 b64",
    "nf4-double, NF4 b64 + double quant",
    "fp4, FP4 bnb b64",
    "int8, INT8 per-row 4096",
    "q4-0, Q4_0",
    "q8-0, Q8_0",
    "int4-g64, INT4 asym g64",
    "int4-g128, INT4 asym g128 (GPTQ/AWQ RTN)"
  })
  void errorOnGaussianWeightsIsThatOfTheErrorTable(String quantization, String row) {
    double expected = Golden.read("error_table.json").at("/gauss").get(row).asDouble();
    Tensor weights = Samples.gaussian(128, 4096);
    Tensor decoded = QuantSchemes.named(quantization).store(weights).decode();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < weights.size(); i++) {
      error += Math.pow(decoded.at(i) - weights.at(i), 2);
      norm += Math.pow(weights.at(i), 2);
    }

    assertThat(Math.sqrt(error / norm)).isCloseTo(expected, withinPercentage(2));
  }

  @ParameterizedTest
  @CsvSource({
    "as-is, 32", "none, 32", "nf4, 4.5", "nf4-double, 4.126953125", "fp4, 4.5",
    "fp4-double, 4.126953125", "int8, 8.03125", "q4-0, 4.5", "q8-0, 8.5", "int4-g64, 4.375",
    "int4-g128, 4.1875"
  })
  void bitsPerWeightAreThoseOfTheFormat(String quantization, double bits) {
    assertThat(QuantSchemes.named(quantization).store(Samples.gaussian(512, 1024)).bitsPerWeight())
        .isCloseTo(bits, within(1e-4));
  }

  @Test
  void theDocumentationOfTheKeyNamesAllOfThem() {
    assertThat(Path.of("..", "docs", "configuration.md"))
        .content()
        .contains(
            String.join(" \\| ", QuantSchemes.names())
                .replace("as-is", "as-is (what the file holds)")
                .replace("none", "none (float32)"));
  }

  @Test
  void aWrongNameIsAnsweredWithTheKnownOnes() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> QuantSchemes.named("nf5"))
        .withMessageStartingWith(
            "model.quantization: nf5 is not a format; choose one of auto, as-is, none, nf4,")
        .matches(e -> e.problem() == Problem.BAD_VALUE);
  }

  @Test
  void onlyWhatKeepsTheNumbersDoesNotRound() {
    assertThat(QuantSchemes.names().stream().filter(name -> !QuantSchemes.named(name).rounds()))
        .containsExactly("as-is", "none");
  }

  static List<String> names() {
    return QuantSchemes.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void zerosStayZero(String quantization) {
    float[] decoded =
        QuantSchemes.named(quantization).store(Tensor.zeros(2, 64)).decode().toArray();

    for (float value : decoded) {
      assertThat(value).isZero();
    }
  }

  /** What a format decodes to lies on its grid; the grid's scale follows from the same values. */
  @ParameterizedTest
  @ValueSource(strings = {"as-is", "none", "nf4", "fp4", "int8", "q8-0"})
  void valuesOnTheGridAreKept(String quantization) {
    QuantScheme scheme = QuantSchemes.named(quantization);
    Tensor once = scheme.store(Samples.gaussian(8, 256)).decode();
    Tensor twice = scheme.store(once).decode();
    for (int i = 0; i < once.size(); i++) {
      assertThat(twice.at(i)).isCloseTo(once.at(i), within(1e-6f * Math.abs(once.at(i))));
    }
  }

  /** Magnitudes from a millionth to a hundred, many of them equal or zero. */
  @Provide
  Arbitrary<float[]> weights() {
    Arbitrary<Float> magnitudes =
        Arbitraries.of(1e-6f, 1e-3f, 1f)
            .flatMap(unit -> Arbitraries.floats().between(-100, 100).map(x -> x * unit));
    return magnitudes.array(float[].class).ofSize(128);
  }

  @Property(tries = 60)
  void tableFormatsErrAtMostByHalfAGap(@ForAll("weights") float[] values) {
    assertErrorBelow(BlockCodebook.nf4(false), values, 64, NF4_HALF_GAP, 0);
    assertErrorBelow(BlockCodebook.fp4(false), values, 64, FP4_HALF_GAP, 0);
  }

  /** Q8_0 rounds its scale to float16 after the codes are chosen: by 2^-11 of it, or by 2^-25. */
  @Property(tries = 60)
  void integerFormatsErrAtMostByHalfAStep(@ForAll("weights") float[] values) {
    assertErrorBelow(new RowInt8(), values, 128, 0.5 / 127, 0);
    assertErrorBelow(GgmlQuantizer.q8(), values, 32, 0.5 / 127 + 0x1p-11, 127 * 0x1p-25);
  }

  /**
   * Half a step for the code and half for the zero; float16 scales may be too small to cover all.
   */
  @Property(tries = 60)
  void affineGroupsErrAtMostByAStep(@ForAll("weights") float[] values) {
    assertErrorBelow(new AffineGroups(4, 64), values, 64, 2.0 / 15 * 1.01, 15 * 0x1p-24);
    assertErrorBelow(new AffineGroups(8, 64), values, 64, 2.0 / 255 * 1.13, 255 * 0x1p-24);
  }

  @Property(tries = 100)
  void packedIntegersAreReadBack(
      @ForAll @IntRange(min = 0, max = 3) int width,
      @ForAll @Size(max = 40) @IntRange(min = 0, max = 255) int[] numbers,
      @ForAll @IntRange(min = 1, max = 5) int step) {
    int bits = new int[] {2, 3, 4, 8}[width];
    int words = PackedWords.wordsFor(numbers.length, bits);
    var stored = Memory.bytes(4L * words * step);
    for (int i = 0; i < numbers.length; i++) {
      long value = (long) (numbers[i] & (1 << bits) - 1) << i * bits % 32;
      int word = i * bits / 32 * step;
      stored.putInt(4 * word, stored.getInt(4 * word) | (int) value);
      if (i * bits % 32 + bits > 32) {
        int next = word + step;
        stored.putInt(4 * next, stored.getInt(4 * next) | (int) (value >>> 32));
      }
    }
    PackedWords packed = new PackedWords(stored, bits);
    float[] all = new float[numbers.length + 2];
    packed.read(0, step, numbers.length, all, 1);
    for (int i = 0; i < numbers.length; i++) {
      int expected = numbers[i] & (1 << bits) - 1;
      assertThat(packed.at(0, step, i)).isEqualTo(expected);
      assertThat(all[i + 1]).isEqualTo(expected);
    }
  }

  @Property
  void halvesAreReadBackAndRoundedToTheNearest(@ForAll short bits, @ForAll float value) {
    float half = Float16.toFloat(bits);
    if (!Float.isNaN(half)) {
      assertThat(Float16.nearest(half)).isEqualTo(bits);
    }
    float rounded = Float16.toFloat(Float16.nearest(value));
    if (Math.abs(value) <= 65504) {
      double ulp = Math.max(0x1p-24, Math.scalb(1.0, Math.getExponent(value) - 10));
      assertThat(Math.abs((double) rounded - value)).isLessThanOrEqualTo(ulp / 2);
    }
  }

  @Test
  void float8NumbersAreThoseOfTorch() {
    Golden golden = Golden.read("fp8.json");

    assertThat(SmallFloats.e4m3()).isEqualTo(golden.floats("/e4m3fn_decode_all"));
    assertThat(SmallFloats.e5m2()).isEqualTo(golden.floats("/e5m2_decode_all"));
    assertThat(SmallFloats.e2m1())
        .isEqualTo(Golden.read("codebooks.json").floats("/fp4_e2m1_ocp_by_code"));
  }

  @Test
  void asIsKeepsAMatrixAndOthersRequantizeIt() {
    StoredMatrix own = GgmlQuantizer.q4().store(Samples.gaussian(3, 64));

    assertThat(new AsIs().hold(own)).isSameAs(own);
    assertThat(new Float32().hold(own).decode()).isEqualTo(own.decode());
    assertThat(BlockCodebook.nf4(true).hold(own).scheme()).isEqualTo("nf4-double");
  }

  @Test
  void theDigestSeesFormatCodesAndScales() {
    Tensor weights = Samples.gaussian(4, 128);
    Tensor scaled = weights.plus(weights);

    assertThat(
            Stream.of(
                    new Float32().store(weights),
                    BlockCodebook.nf4(false).store(weights),
                    BlockCodebook.nf4(false).store(scaled),
                    BlockCodebook.nf4(true).store(weights),
                    BlockCodebook.nf4(true).store(scaled),
                    new AffineGroups(4, 64).store(weights),
                    new AffineGroups(4, 64).store(scaled),
                    GgmlQuantizer.q4().store(weights))
                .map(QuantizersTest::digest))
        .doesNotHaveDuplicates();
    assertThat(digest(new RowInt8().store(weights)))
        .isEqualTo(digest(new RowInt8().store(Samples.gaussian(4, 128))));
  }

  private static Digest digest(StoredMatrix matrix) {
    Digest.Builder digest = Digest.builder();
    matrix.addTo(digest);
    return digest.build();
  }

  /**
   * @param relative allowed error in units of a block's absmax
   * @param absolute allowed error besides
   */
  private static void assertErrorBelow(
      QuantScheme scheme, float[] values, int block, double relative, double absolute) {
    Tensor decoded = scheme.store(Tensor.of(values.clone(), 1, values.length)).decode();
    for (int from = 0; from < values.length; from += block) {
      int to = Math.min(from + block, values.length);
      double worst = 0;
      for (int i = from; i < to; i++) {
        worst = Math.max(worst, Math.abs((double) decoded.at(i) - values[i]));
      }
      assertThat(worst)
          .as(scheme.name())
          .isLessThanOrEqualTo(
              Codebook.absmax(values, from, to) * relative * 1.0001 + absolute + 1e-12);
    }
  }
}
