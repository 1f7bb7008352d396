package dev.weft.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.method.LearningRateSchedule.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates of ten steps at a peak of 10; transformers' own tests expect the same numbers. */
class LearningRateScheduleTest {
  private static final int STEPS = 10;

  @Test
  void constantAfterItsWarmUp() {
    assertThat(rates(Shape.CONSTANT, 0.4))
        .containsExactly(new double[] {0, 2.5, 5, 7.5, 10, 10, 10, 10, 10, 10}, within(1e-12));
  }

  @Test
  void linearFallsInEqualSteps() {
    assertThat(rates(Shape.LINEAR, 0.2))
        .containsExactly(
            new double[] {0, 5, 10, 8.75, 7.5, 6.25, 5, 3.75, 2.5, 1.25}, within(1e-12));
  }

  @Test
  void cosineFallsSlowlyThenFastThenSlowly() {
    assertThat(rates(Shape.COSINE, 0.2))
        .containsExactly(
            new double[] {0, 5, 10, 9.61, 8.53, 6.91, 5, 3.08, 1.46, 0.38}, within(1e-2));
  }

  @ParameterizedTest
  @EnumSource
  void withoutWarmUpTheFirstStepIsAtThePeak(Shape shape) {
    assertThat(new LearningRateSchedule(shape, 0).factor(0, STEPS)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "COSINE"})
  void nothingIsLeftWhenAllStepsAreDone(Shape shape) {
    LearningRateSchedule schedule = new LearningRateSchedule(shape, 0.3);
    assertThat(schedule.factor(STEPS, STEPS)).isZero();
    assertThat(schedule.factor(STEPS + 5, STEPS)).isZero();
  }

  @Test
  void aShareOfTheStepsIsRoundedUp() {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.CONSTANT, 0.01);
    assertThat(schedule.factor(0, STEPS)).isZero();
    assertThat(schedule.factor(1, STEPS)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void aWarmUpIsAShare(double warmUp) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LearningRateSchedule(Shape.LINEAR, warmUp))
        .withMessageContaining("warmUp");
  }

  private static double[] rates(Shape shape, double warmUp) {
    LearningRateSchedule schedule = new LearningRateSchedule(shape, warmUp);
    return IntStream.range(0, STEPS)
        .mapToDouble(step -> 10 * schedule.factor(step, STEPS))
        .toArray();
  }
}
