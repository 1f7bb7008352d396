package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateConfigTest {
  private static final LocalTraining TWO_PASSES = LocalTraining.ofEpochs(2, 8, 0.01);

  /** 2 passes of 125 steps at 0.01, with a margin of 4, are 10. */
  @Test
  void theGridFollowsFromTheMostExamplesThatAClientMayClaim() {
    UpdateEncoding encoding =
        new UpdateConfig(Optional.empty(), Optional.empty()).encoding(TWO_PASSES, 1000, 5);

    assertThat(encoding).isEqualTo(new UpdateEncoding(new FixedPoint(17, 16), 1000, 5));
  }

  @Test
  void whatIsChosenStands() {
    assertThat(
            new UpdateConfig(Optional.of(20), Optional.of(3)).encoding(TWO_PASSES, 1000, 5).grid())
        .isEqualTo(new FixedPoint(20, 3));
  }

  /** More than an int holds. */
  @Test
  void aCapMayBeLooserThanAnyFile() {
    assertThat(UpdateConfig.fitting(TWO_PASSES, 1L << 40)).isEqualTo(new FixedPoint(16, 1024));
  }
}
