package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.finetune.transformer.Family;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShapeTest {

  @Test
  void shapesHoldAsManyWeightsAsTheirNamesSay() {
    assertThat(weights(Shape.MINILM)).isCloseTo(22.4e6, within(0.3e6));
    assertThat(weights(Shape.SMOLLM2_135M)).isCloseTo(134.5e6, within(0.5e6));
    assertThat(weights(Shape.LLAMA_085B)).isCloseTo(0.85e9, within(0.005e9));
  }

  @Test
  void everyBlockGetsTheAdaptersOfItsTargets() {
    assertThat(Shape.MINILM.sites()).hasSize(6 * 2);
    assertThat(Shape.SMOLLM2_135M.sites()).hasSize(30 * 4);
  }

  private static double weights(Shape shape) {
    Family family = shape.family();
    return (double) family.vocabulary() * family.hidden()
        + IntStream.range(0, family.layers())
            .boxed()
            .flatMap(layer -> family.linears(layer).stream())
            .mapToDouble(site -> (double) site.out() * site.in())
            .sum();
  }
}
