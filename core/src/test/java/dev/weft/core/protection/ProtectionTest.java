package dev.weft.core.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ProtectionTest {
  private static final UpdateEncoding ENCODING = new UpdateEncoding(new FixedPoint(20, 8), 100, 10);
  private static final TensorMap UPDATE = tensors(3, 4);

  /** Counts its draws: the n-th is n. */
  private static final class Counting implements IntegerNoise {
    private long drawn;

    @Override
    public long draw(RandomGenerator randomness) {
      return ++drawn;
    }

    @Override
    public double variance() {
      return 1;
    }
  }

  @Test
  void roundingAloneIsTheEncoding() {
    assertThat(Protection.rounding(ENCODING).protect(UPDATE, 10, random()))
        .isEqualTo(ENCODING.encode(UPDATE, 10, random()));
  }

  @Test
  void anUpdateIsClippedBeforeItIsWeighted() {
    Protection protection = new Protection(new Clipping(1), ENCODING, IntegerNoise.NONE);

    RingVector bits = protection.protect(UPDATE, 10, random());

    assertThat(ENCODING.mean(bits.at(0), 10)).isBetween(0.59999, 0.6);
    assertThat(ENCODING.mean(bits.at(1), 10)).isBetween(0.79999, 0.8);
    assertThat(bits.at(2)).isEqualTo(10);
  }

  @Test
  void everyEntryButTheWeightGetsNoiseOfItsOwn() {
    RingVector plain = ENCODING.encode(UPDATE, 10, random());

    RingVector noisy =
        new Protection(Clipping.NONE, ENCODING, new Counting()).protect(UPDATE, 10, random());

    assertThat(noisy.at(0)).isEqualTo(plain.at(0) + 1);
    assertThat(noisy.at(1)).isEqualTo(plain.at(1) + 2);
    assertThat(noisy.at(2)).isEqualTo(10);
  }

  @Test
  void whatIsNotFiniteIsRefusedHoweverItIsClipped() {
    Protection protection = new Protection(new Clipping(1), ENCODING, IntegerNoise.NONE);

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> protection.protect(tensors(Float.NaN, 1), 10, random()))
        .withMessageContaining("NaN or infinite");
  }

  private static RandomGenerator random() {
    return new Seed(3).random();
  }

  private static TensorMap tensors(float first, float second) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(new float[] {first}, 1));
    tensors.putAll(Map.of("b", Tensor.of(new float[] {second}, 1)));
    return TensorMap.of(tensors);
  }
}
