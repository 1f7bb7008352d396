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
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateEncodingTest {
  private static final Seed SEED = new Seed(7).of("round", 3, "client", "a");

  @Property
  void anEncodedEntryIsWithinTheBoundOfItsWeight(
      @ForAll @IntRange(min = 1, max = 30) int fractionBits,
      @ForAll @LongRange(min = 1, max = 5000) long examples,
      @ForAll float[] anyValues,
      @ForAll long seed) {
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(fractionBits, 8), 5000, 10);
    TensorMap tensors = tensors(intoRange(anyValues));
    RingVector encoded = encoding.encode(tensors, examples, new Seed(seed).random());
    assertThat(encoded.size()).isEqualTo(anyValues.length + 1);
    assertThat(encoded.at(anyValues.length)).isEqualTo(examples);
    for (int i = 0; i < anyValues.length; i++) {
      double error = encoding.mean(encoded.at(i), examples) - tensors.get("w").at(i);
      // The last term is the double's own rounding of n · x.
      assertThat(Math.abs(error)).isLessThanOrEqualTo(encoding.bound(examples) + 1e-15);
      assertThat(encoding.reaches(encoded.at(i), examples)).isTrue();
    }
  }

  @Property
  void valuesOnTheGridAreExact(
      @ForAll @IntRange(min = 21, max = 30) int fractionBits,
      @ForAll @LongRange(min = 1, max = 5000) long examples,
      @ForAll @IntRange(min = -(1 << 24) + 1, max = (1 << 24) - 1) int steps) {
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(fractionBits, 8), 5000, 10);
    TensorMap tensors = tensors((float) (steps * encoding.grid().step()));
    assertThat(encoding.encode(tensors, examples, SEED.random()))
        .isEqualTo(RingVector.of(encoding.bits(), steps * examples, examples));
  }

  /**
   * The mean of n roundings of one value, in grid steps, leaves its expectation by t with
   * probability at most 2 exp(-2 n t²) (Hoeffding): false alarm 1e-9 per value.
   */
  @ParameterizedTest
  @ValueSource(floats = {0.25f, 0.5f, 0.9f, -0.1f, -7.75f, 1000.125f})
  void roundingIsUnbiased(float gridSteps) {
    int n = 100_000;
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(10, 8), 9, 2);
    float[] values = new float[n];
    Arrays.fill(values, (float) (gridSteps * encoding.grid().step()));
    RingVector encoded = encoding.encode(tensors(values), 1, SEED.random());
    double sum = 0;
    for (int i = 0; i < n; i++) {
      assertThat(encoded.at(i))
          .isBetween((long) Math.floor(gridSteps), (long) Math.ceil(gridSteps));
      sum += encoded.at(i);
    }
    double bound = Math.sqrt(Math.log(2 / 1e-9) / (2 * n));
    assertThat(sum / n - gridSteps).isBetween(-bound, bound);
  }

  @Test
  void roundingDependsOnTheSeedAndOnNothingElse() {
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(4, 8), 9, 2);
    float[] values = new float[1000];
    Arrays.fill(values, 0.53f);
    RingVector encoded = encoding.encode(tensors(values), 1, SEED.random());
    assertThat(encoding.encode(tensors(values.clone()), 1, SEED.random())).isEqualTo(encoded);
    assertThat(encoding.encode(tensors(values), 1, SEED.of("other").random()))
        .isNotEqualTo(encoded);
  }

  /** b is the least width in which neither bound of a sum wraps. */
  @Property
  void aSumOfTheLargestUpdatesJustFits(
      @ForAll @IntRange(min = 1, max = 20) int fractionBits,
      @ForAll @IntRange(min = 1, max = 16) int range,
      @ForAll @LongRange(min = 1, max = 1 << 20) long mostExamples,
      @ForAll @IntRange(min = 1, max = 1000) int clients) {
    UpdateEncoding encoding =
        new UpdateEncoding(new FixedPoint(fractionBits, range), mostExamples, clients);
    BigInteger most =
        BigInteger.valueOf(range)
            .multiply(BigInteger.valueOf(mostExamples))
            .multiply(BigInteger.valueOf(clients))
            .shiftLeft(fractionBits);
    BigInteger half = BigInteger.TWO.pow(encoding.bits() - 1);
    assertThat(most).isLessThan(half).isGreaterThanOrEqualTo(half.shiftRight(1));
    long sum = most.longValueExact();
    assertThat(RingVector.of(encoding.bits(), sum, -sum))
        .satisfies(ring -> assertThat(ring.at(0)).isEqualTo(sum))
        .satisfies(ring -> assertThat(ring.at(1)).isEqualTo(-sum));
  }

  /** No client weighs less than one example and none more than its cap: both are exact enough. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.1, 26, 1",
    "2, 1, 25, 1",
    "3, 1.1, 25, 2",
    "1000, 7, 17, 8",
    "1024, 8, 16, 8",
    "1000000, 9, 16, 16",
    "1, 1e9, 26, 1024"
  })
  void aFittingGridFollowsFromCapAndReach(long most, double reach, int bits, int range) {
    assertThat(FixedPoint.fitting(most, reach)).isEqualTo(new FixedPoint(bits, range));
  }

  @Test
  void anEntryOfEightClientsTakesAsMuchAsAFloat() {
    assertThat(new UpdateEncoding(FixedPoint.fitting(4095, 1), 4095, 8).bits()).isEqualTo(32);
  }

  @Test
  void sixtyTwoBitsAreNotTooMany() {
    assertThat(new UpdateEncoding(new FixedPoint(40, 1), (1 << 20) - 1, 2).bits()).isEqualTo(62);
  }

  @Test
  void sumsThatNoLongHoldsAreRefusedWithWhatToLower() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> new UpdateEncoding(new FixedPoint(40, 8), 1 << 20, 100))
        .matches(error -> error.problem() == Problem.INVALID_COMBINATION)
        .withMessage(
            "update.fraction-bits: sums of 100 clients with up to 1048576 examples, values within"
                + " ±8 and 40 fraction bits need 71 bits where there are 62; lower it, update.range"
                + " or round.max-examples");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nonFiniteValuesAreCountedAndTheirTensorNamed(float value) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> encoding().encode(tensors(0, value, value), 1, SEED.random()))
        .matches(error -> error.problem() == Problem.NON_FINITE_UPDATE)
        .withMessage(
            "update for w has 2 NaN or infinite values; lower training.learning-rate or check the"
                + " data");
  }

  @ParameterizedTest
  @ValueSource(floats = {8, -8, 1e30f, -Float.MAX_VALUE})
  void valuesAtOrBeyondTheRangeAreRefusedAndTheirTensorNamed(float value) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> encoding().encode(tensors(0, value), 1, SEED.random()))
        .matches(error -> error.problem() == Problem.OUT_OF_RANGE_UPDATE)
        .withMessage(
            Text.format(
                "update for w has the value %s, beyond ±8; lower the learning rates or raise"
                    + " update.range",
                value));
  }

  @Test
  void theLargestFloatBelowTheRangeIsEncoded() {
    float largest = Math.nextDown(8f);
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(22, 8), 9, 2);
    RingVector encoded = encoding.encode(tensors(largest, -largest), 9, SEED.random());
    assertThat(encoding.mean(encoded.at(0), 9)).isEqualTo(largest);
    assertThat(encoding.mean(encoded.at(1), 9)).isEqualTo(-largest);
  }

  @ParameterizedTest
  @CsvSource({"0", "10", "-3"})
  void aWeightBeyondItsCapIsRefused(long examples) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> encoding().encode(tensors(1), examples, SEED.random()))
        .matches(error -> error.problem() == Problem.MALFORMED_UPDATE)
        .withMessage(
            Text.format(
                "update: weighs %d examples where 1 to 9 are allowed (round.max-examples)",
                examples));
  }

  @Test
  void whatNoHonestClientSendsIsBeyondReach() {
    long most = (8L * 3) << 20;
    assertThat(encoding().reaches(most, 3)).isTrue();
    assertThat(encoding().reaches(-most, 3)).isTrue();
    assertThat(encoding().reaches(most + 1, 3)).isFalse();
    assertThat(encoding().reaches(-most - 1, 3)).isFalse();
  }

  @Test
  void tensorsAreLaidOutInSchemaOrder() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", Tensor.of(new float[] {1, 2}, 2, 1));
    tensors.put("a", Tensor.of(new float[] {3}, 1));
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(1, 8), 9, 2);
    assertThat(encoding.encode(TensorMap.of(tensors), 5, SEED.random()))
        .isEqualTo(RingVector.of(encoding.bits(), 10, 20, 30, 5));
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FixedPoint(41, 8))
        .withMessage("fractionBits: must be between 1 and 40, got 41");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FixedPoint(20, 0))
        .withMessage("range: must be between 1 and 1024, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpdateEncoding(new FixedPoint(20, 8), 0, 1))
        .withMessage("mostExamples: must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpdateEncoding(new FixedPoint(20, 8), 1, 0))
        .withMessage("clients: must be at least 1, got 0");
  }

  private static UpdateEncoding encoding() {
    return new UpdateEncoding(new FixedPoint(20, 8), 9, 2);
  }

  private static float[] intoRange(float[] values) {
    float[] inRange = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      inRange[i] = Float.isFinite(values[i]) ? values[i] % 8 : 0;
    }
    return inRange;
  }

  private static TensorMap tensors(float... values) {
    return TensorMap.of(Map.of("w", Tensor.of(values, values.length)));
  }
}
