package dev.weft.finetune.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.EngineConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import org.junit.jupiter.api.Test;

final class ProcessorTest {

  @Test
  void whatAutoFindsCanBeReplaced() {
    assertThat(Processor.autoPrecision("float32")).isEqualTo(Precision.FLOAT32);
    assertThat(Processor.autoPrecision("bfloat16")).isEqualTo(Precision.BFLOAT16);
  }

  @Test
  void withoutAReplacementTheProcessorDecides() {
    assertThat(Processor.autoPrecision(""))
        .isEqualTo(Processor.multipliesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32);
  }

  @Test
  void aPrecisionThatIsNoneIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Processor.autoPrecision("float16"))
        .withMessageContaining("weft.auto.precision: float16")
        .matches(problem -> problem.problem() == Problem.BAD_VALUE);
  }

  @Test
  void theConfigurationWinsOverWhateverAutoFinds() {
    for (EngineConfig.Precision wanted : EngineConfig.Precision.values()) {
      assertThat(Processor.precision(EngineConfig.onDevice("cpu").with(wanted)))
          .isEqualTo(Precision.valueOf(wanted.name()));
    }
  }
}
