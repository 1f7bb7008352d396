package dev.weft.finetune.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Map;

/** Compares arrays entry by entry, to a tolerance in units of 1 or of the largest entry. */
public final class Closeness {
  private Closeness() {}

  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double unit = 1;
    for (float value : expected) {
      unit = Math.max(unit, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(tolerance * unit));
    }
  }

  public static void assertClose(
      Map<String, Tensor> actual, Map<String, Tensor> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertClose(name, actual.get(name).toArray(), tensor.toArray(), tolerance));
  }

  public static void assertClose(TensorMap actual, TensorMap expected, double tolerance) {
    assertClose(actual.asMap(), expected.asMap(), tolerance);
  }
}
