package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundConfigTest {

  @Test
  void everyPauseIsTwiceTheOneBeforeUntilItIsAnHour() {
    RoundConfig config = resting(Duration.ofMinutes(10));

    assertThat(config.pauseAfter(1)).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.pauseAfter(2)).isEqualTo(Duration.ofMinutes(20));
    assertThat(config.pauseAfter(4)).isEqualTo(Duration.ofHours(1));
    assertThat(config.pauseAfter(1000)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void aPauseThatIsLongAlreadyStaysWhatItIs() {
    assertThat(resting(Duration.ofDays(2)).pauseAfter(5)).isEqualTo(Duration.ofDays(2));
  }

  private static RoundConfig resting(Duration delay) {
    Duration minute = Duration.ofMinutes(1);
    return new RoundConfig(
        1, 1, Optional.empty(), Optional.empty(), delay, minute, minute, minute, minute);
  }
}
