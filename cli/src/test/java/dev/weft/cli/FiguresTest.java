package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "812, 812 B",
    "999, 999 B",
    "1000, 1.00 kB",
    "9994, 9.99 kB",
    "9996, 10.0 kB",
    "99960, 100 kB",
    "999499, 999 kB",
    "999500, 1.00 MB",
    "3210000, 3.21 MB",
    "53400128, 53.4 MB",
    "1234567890, 1.23 GB",
    "5000000000000, 5.00 TB",
    "1500000000000000, 1500 TB",
  })
  void bytesHaveThreeSignificantDigitsAlsoWhereRoundingReachesTheNextUnit(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "0.00412, 0.0041",
    "0.0996, 0.10",
    "0.123, 0.12",
    "3.14, 3.1",
    "9.94, 9.9",
    "9.96, 10",
    "412.6, 413",
  })
  void aSlowRateIsNotRoundedToNothing(double perSecond, String text) {
    assertThat(Figures.rate(perSecond)).isEqualTo(text);
  }

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
      assertThat(Figures.bytes(3_210)).isEqualTo("3.21 kB");
    } finally {
      Locale.setDefault(before);
    }
  }
}
