package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RopeTest {

  /** golden/rope.json holds what {@code LlamaRotaryEmbedding} of transformers 5.23 computes. */
  @TestFactory
  Stream<DynamicTest> everyScalingTurnsAsInTransformers() {
    return StreamSupport.stream(Fixtures.json("/golden/rope.json").spliterator(), false)
        .map(golden -> DynamicTest.dynamicTest(golden.get("name").asText(), () -> agrees(golden)));
  }

  private static void agrees(JsonNode golden) {
    JsonFile config = new JsonFile(Path.of("config.json"), golden.get("config"));
    Architecture read = new HuggingFaceConfig(config).architecture();
    Rope rope = ((Architecture.Decoder) read).shape().blocks().get(0).rope();
    JsonNode expected = golden.get("inverseFrequencies");

    assertThat(rope.inverseFrequencies()).hasSize(expected.size());
    for (int pair = 0; pair < expected.size(); pair++) {
      assertThat(rope.inverseFrequencies().get(pair))
          .isCloseTo(expected.get(pair).asDouble(), withinPercentage(1e-4));
    }
    assertThat(rope.attentionFactor())
        .isCloseTo(golden.get("attentionFactor").asDouble(), within(1e-6));
  }

  @Test
  void llama3FactorsOfAGgufFileGiveTheSameFrequencies() {
    Rope plain = Rope.plain(500_000, 64);
    Rope scaled = plain.llama3(8, 1, 4, 8192);
    float[] factors = new float[32];
    for (int pair = 0; pair < 32; pair++) {
      factors[pair] =
          (float) (plain.inverseFrequencies().get(pair) / scaled.inverseFrequencies().get(pair));
    }

    Rope slowed = plain.slowed(factors);
    for (int pair = 0; pair < 32; pair++) {
      assertThat(slowed.inverseFrequencies().get(pair))
          .isCloseTo(scaled.inverseFrequencies().get(pair), withinPercentage(1e-4));
    }
    assertThat(factors[0]).isEqualTo(1);
    assertThat(factors[31]).isEqualTo(8);
  }
}
