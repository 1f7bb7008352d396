package dev.weft.core.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingTest {

  @Property
  void noUpdateIsLongerThanTheNormAndEachKeepsItsDirection(
      @ForAll @DoubleRange(min = 0.01, max = 100) double norm,
      @ForAll @Size(min = 1, max = 40) float @FloatRange(min = -1e6f, max = 1e6f) [] first,
      @ForAll @Size(min = 1, max = 40) float @FloatRange(min = -1e6f, max = 1e6f) [] second) {
    TensorMap update = tensors(first, second);
    double before = Clipping.length(update);

    TensorMap clipped = new Clipping(norm).clip(update);

    assertThat(Clipping.length(clipped)).isLessThanOrEqualTo(norm);
    if (before <= norm) {
      assertThat(clipped).isEqualTo(update);
    } else {
      assertThat(Clipping.length(clipped)).isCloseTo(norm, within(norm * 1e-6));
      double factor = norm / before;
      for (int i = 0; i < first.length; i++) {
        assertThat((double) clipped.get("a").at(i))
            .isCloseTo(first[i] * factor, within(1e-6 * Math.abs(first[i] * factor) + 1e-40));
      }
    }
  }

  @Test
  void theLengthIsThatOfAllTensorsTogether() {
    assertThat(Clipping.length(tensors(new float[] {3, 0}, new float[] {0, 4}))).isEqualTo(5);
  }

  @Test
  void smallEntriesBesideLargeOnesCount() {
    float[] many = new float[1 << 20];
    Arrays.fill(many, 1e-4f);
    double exact = Math.sqrt(1e8 * 1e8 + many.length * (double) 1e-4f * 1e-4f);
    assertThat(Clipping.length(tensors(new float[] {1e8f}, many))).isEqualTo(exact);
  }

  @Test
  void withoutANormAndWithoutALengthNothingChanges() {
    TensorMap long1 = tensors(new float[] {1e30f}, new float[] {-1e30f});
    TensorMap broken = tensors(new float[] {Float.NaN}, new float[] {Float.POSITIVE_INFINITY});
    assertThat(Clipping.NONE.clip(long1)).isSameAs(long1);
    assertThat(new Clipping(1).clip(broken)).isSameAs(broken);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void aNormIsPositive(double norm) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Clipping(norm))
        .withMessageContaining("norm");
  }

  private static TensorMap tensors(float[] first, float[] second) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(first, first.length));
    tensors.putAll(Map.of("b", Tensor.of(second, second.length)));
    return TensorMap.of(tensors);
  }
}
