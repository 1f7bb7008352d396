package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({"0, 0.0 s", "3.14159, 3.1 s", "89.9, 89.9 s", "90, 1 min 30 s", "3605, 60 min 05 s"})
  void longTimesAreSaidInMinutes(double seconds, String text) {
    assertThat(Figures.seconds(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.0000001234, 1.2e-07", "0.25, 2.5e-01", "NaN, not measured"})
  void errorsKeepTwoDigitsAndAnExactZeroIsSaidAsSuch(double error, String text) {
    assertThat(Figures.error(error)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 rounds", "1, 1 round", "5, 5 rounds"})
  void oneIsSingular(long number, String text) {
    assertThat(Figures.counted(number, "round")).isEqualTo(text);
  }

  @Test
  void figuresAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Figures.count(1_234_567)).isEqualTo("1,234,567");
      assertThat(Figures.score(0.8235)).isEqualTo("0.824");
    } finally {
      Locale.setDefault(before);
    }
  }
}
