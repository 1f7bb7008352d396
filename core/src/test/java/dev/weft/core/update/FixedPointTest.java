package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointTest {
  private static final Seed SEED = new Seed(7).of("round", 3, "client", "a");

  @Property
  void decodingIsWithinOneGridStepOfWhatWasEncoded(
      @ForAll @IntRange(min = 1, max = 30) int fractionBits,
      @ForAll float[] anyValues,
      @ForAll long seed) {
    FixedPoint codec = new FixedPoint(fractionBits);
    TensorMap tensors = tensors(intoRange(anyValues, codec));
    TensorMap decoded = codec.decode(codec.encode(tensors, new Seed(seed)), tensors.schema());
    assertThat(decoded.schema()).isEqualTo(tensors.schema());
    for (int i = 0; i < anyValues.length; i++) {
      double error = (double) decoded.get("w").at(i) - tensors.get("w").at(i);
      assertThat(Math.abs(error)).isLessThanOrEqualTo(codec.bound());
    }
  }

  @Property
  void valuesOnTheGridAreExact(
      @ForAll @IntRange(min = 1, max = 30) int fractionBits,
      @ForAll @IntRange(min = -(1 << 24), max = 1 << 24) int steps) {
    FixedPoint codec = new FixedPoint(fractionBits);
    TensorMap tensors = tensors((float) codec.decode(steps));
    assertThat(codec.encode(tensors, SEED)).isEqualTo(IntVector.of(steps));
    assertThat(codec.decode(IntVector.of(steps), tensors.schema())).isEqualTo(tensors);
  }

  /**
   * The mean of n roundings of one value, in grid steps, leaves its expectation by t with
   * probability at most 2 exp(-2 n t²) (Hoeffding): false alarm 1e-9 per value.
   */
  @ParameterizedTest
  @ValueSource(floats = {0.25f, 0.5f, 0.9f, -0.1f, -7.75f, 1000.125f})
  void roundingIsUnbiased(float gridSteps) {
    int n = 100_000;
    FixedPoint codec = new FixedPoint(10);
    float[] values = new float[n];
    Arrays.fill(values, (float) (gridSteps * codec.bound()));
    IntVector encoded = codec.encode(tensors(values), SEED);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      assertThat(encoded.at(i)).isBetween((int) Math.floor(gridSteps), (int) Math.ceil(gridSteps));
      sum += encoded.at(i);
    }
    double bound = Math.sqrt(Math.log(2 / 1e-9) / (2 * n));
    assertThat(sum / n - gridSteps).isBetween(-bound, bound);
  }

  @Test
  void roundingDependsOnTheSeedAndOnNothingElse() {
    FixedPoint codec = new FixedPoint(4);
    float[] values = new float[1000];
    Arrays.fill(values, 0.53f);
    IntVector encoded = codec.encode(tensors(values), SEED);
    assertThat(codec.encode(tensors(values.clone()), SEED)).isEqualTo(encoded);
    assertThat(codec.encode(tensors(values), SEED.of("other"))).isNotEqualTo(encoded);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nonFiniteValuesAreCountedAndTheirTensorNamed(float value) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> new FixedPoint(26).encode(tensors(0, value, value), SEED))
        .matches(error -> error.problem() == Problem.NON_FINITE_UPDATE)
        .withMessage(
            "update for w has 2 NaN or infinite values; lower training.learning-rate or check the"
                + " data");
  }

  @ParameterizedTest
  @ValueSource(floats = {32, -32, 1e30f, -Float.MAX_VALUE})
  void valuesAtOrBeyondTheRangeAreRefusedAndTheirTensorNamed(float value) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> new FixedPoint(26).encode(tensors(0, value), SEED))
        .matches(error -> error.problem() == Problem.OUT_OF_RANGE_UPDATE)
        .withMessage(
            Text.format(
                "update for w has the value %s, beyond the fixed-point range ±32.0; lower"
                    + " training.learning-rate or update.fraction-bits",
                value));
  }

  @Test
  void theLargestFloatBelowTheRangeIsEncoded() {
    float largest = Math.nextDown(32f);
    FixedPoint codec = new FixedPoint(26);
    TensorMap tensors = tensors(largest, -largest);
    assertThat(codec.decode(codec.encode(tensors, SEED), tensors.schema())).isEqualTo(tensors);
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> new FixedPoint(26).decode(IntVector.of(1, 2, 3), tensors(0, 0).schema()))
        .matches(error -> error.problem() == Problem.MALFORMED_UPDATE)
        .withMessageStartingWith("update holds 3 values where 2 were agreed");
  }

  @Test
  void tensorsAreLaidOutInSchemaOrder() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", Tensor.of(new float[] {1, 2}, 2, 1));
    tensors.put("a", Tensor.of(new float[] {3}, 1));
    assertThat(new FixedPoint(1).encode(TensorMap.of(tensors), SEED))
        .isEqualTo(IntVector.of(2, 4, 6));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31})
  void fractionBitsOutsideTheIntegerAreRefused(int fractionBits) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FixedPoint(fractionBits))
        .withMessage("fractionBits: must be between 1 and 30, got " + fractionBits);
  }

  private static float[] intoRange(float[] values, FixedPoint codec) {
    float[] inRange = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float value = Float.isFinite(values[i]) ? values[i] : 0;
      inRange[i] = (float) (value % codec.range());
    }
    return inRange;
  }

  private static TensorMap tensors(float... values) {
    return TensorMap.of(Map.of("w", Tensor.of(values, values.length)));
  }
}
