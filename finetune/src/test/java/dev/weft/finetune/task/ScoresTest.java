package dev.weft.finetune.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScoresTest {
  // class 0: TP 2, FP 1, FN 0 -> 4/5; class 1: TP 1, FP 0, FN 2 -> 2/4; class 2: TP 1, FP 1, FN 0
  // -> 2/3; class 3 occurs nowhere
  private static final int[] LABELS = {0, 0, 1, 1, 1, 2};
  private static final int[] PREDICTIONS = {0, 0, 0, 1, 2, 2};

  @Test
  void macroF1IsTheMeanOfTheClassesThatOccur() {
    double byHand = (4.0 / 5 + 2.0 / 4 + 2.0 / 3) / 3;

    assertThat(Scores.macroF1(LABELS, PREDICTIONS, 3)).isCloseTo(byHand, within(1e-15));
    assertThat(Scores.macroF1(LABELS, PREDICTIONS, 4)).isCloseTo(byHand, within(1e-15));
  }

  @Test
  void aClassThatIsOnlyPredictedCountsAsZero() {
    assertThat(Scores.macroF1(new int[] {0, 0}, new int[] {0, 1}, 2))
        .isCloseTo((2.0 / 3 + 0) / 2, within(1e-15));
  }

  @Test
  void accuracyIsTheShareOfRightAnswers() {
    assertThat(Scores.accuracy(LABELS, PREDICTIONS)).isEqualTo(4.0 / 6);
  }
}
