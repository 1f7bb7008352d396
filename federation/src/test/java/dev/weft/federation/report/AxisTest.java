package dev.weft.federation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Property
  void everyValueLiesOnTheAxisAndTicksAreFewAndDistinct(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double least,
      @ForAll @DoubleRange(min = 0, max = 1e6) double span) {
    Axis axis = Axis.decimal(least, least + span, 5);
    assertThat(axis.position(least)).isBetween(-1e-6, 1 + 1e-6);
    assertThat(axis.position(least + span)).isBetween(-1e-6, 1 + 1e-6);
    assertThat(axis.ticks()).hasSizeBetween(2, 12).isSorted().doesNotHaveDuplicates();
  }

  @Property
  void logarithmicTicksLieOnTheAxis(
      @ForAll @DoubleRange(min = 1, max = 1e9) double least,
      @ForAll @DoubleRange(min = 1, max = 1e6) double ratio) {
    Axis axis = Axis.logarithmic(least, least * ratio, Quantity::bytes);
    assertThat(axis.position(least)).isBetween(0.0, 1.0);
    assertThat(axis.position(least * ratio)).isBetween(0.0, 1.0);
    assertThat(axis.ticks())
        .allSatisfy(tick -> assertThat(axis.position(tick)).isBetween(-1e-9, 1 + 1e-9));
  }

  @Property
  void roundsAreMarkedAtWholeNumbersAndNotTooOften(
      @ForAll @IntRange(min = 0, max = 1) int first,
      @ForAll @IntRange(min = 1, max = 5000) int last) {
    Axis axis = Axis.rounds(first, last);
    assertThat(axis.ticks()).isNotEmpty().hasSizeLessThanOrEqualTo(13);
    assertThat(axis.ticks()).allSatisfy(tick -> assertThat(tick).isEqualTo(Math.rint(tick)));
  }

  @Test
  void labelsHaveTheDecimalsTheTicksDifferIn() {
    assertThat(labels(Axis.decimal(0.718, 0.835, 5)))
        .containsExactly("0.700", "0.725", "0.750", "0.775", "0.800", "0.825", "0.850");
    assertThat(labels(Axis.decimal(0, 1, 5)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Axis.bytes(1_410_000, 5)))
        .containsExactly("0\u00A0B", "500\u00A0kB", "1\u00A0MB", "1.5\u00A0MB");
  }

  @Test
  void quantitiesReadAsPeopleWriteThem() {
    assertThat(Quantity.bytes(999)).isEqualTo("999\u00A0B");
    assertThat(Quantity.bytes(999_600)).isEqualTo("1\u00A0MB");
    assertThat(Quantity.bytes(47_530_000)).isEqualTo("47.5\u00A0MB");
    assertThat(Quantity.duration(3599.7)).isEqualTo("1\u00A0h 00\u00A0min");
    assertThat(Quantity.duration(9.94)).isEqualTo("9.9\u00A0s");
    assertThat(Quantity.scientific(3.2e-8)).isEqualTo("3.2e-8");
    assertThat(Quantity.scientific(Double.NaN)).isEqualTo("–");
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(axis::text).toList();
  }
}
