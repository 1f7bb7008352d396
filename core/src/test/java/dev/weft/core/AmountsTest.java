package dev.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

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
    "1500000000000000, 1.50 PB",
    "9223372036854775807, 9.22 EB",
  })
  void bytesHaveThreeSignificantDigitsAlsoWhereRoundingReachesTheNextUnit(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
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
    "'12345.6', '12,346'",
  })
  void aSlowRateIsNotRoundedToNothing(double perSecond, String text) {
    assertThat(Amounts.rate(perSecond)).isEqualTo(text);
  }

  @Test
  void amountsAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Amounts.bytes(3_210)).isEqualTo("3.21 kB");
      assertThat(Amounts.rate(1_234)).isEqualTo("1,234");
    } finally {
      Locale.setDefault(before);
    }
  }
}
