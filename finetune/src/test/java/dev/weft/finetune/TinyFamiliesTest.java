package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.finetune.generation.Sampling;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models of random weights against transformers 5.23 in float32. {@code
 * benchmarks/peers/peft/tiny_families.py} wrote them and the golden numbers.
 */
class TinyFamiliesTest {

  @ParameterizedTest
  @ValueSource(strings = {"tiny-gemma3", "tiny-olmo2"})
  void everyTokensLossIsThatOfTransformers(String name) {
    try (BaseModel model = PlainModel.open(folder(name))) {
      assertThat(losses(model, golden(name))).containsExactly(losses(golden(name)), within(2e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-gemma3", "tiny-olmo2"})
  void theGreedyContinuationIsThatOfTransformers(String name) {
    int[] greedy = ids(golden(name), "greedy");
    int[] prompt = Arrays.copyOf(greedy, 5);
    try (BaseModel model = PlainModel.open(folder(name))) {
      assertThat(
              model.generate(
                  PlainModel.start(model, 2),
                  List.of(),
                  prompt,
                  16,
                  Sampling.greedy(),
                  token -> true))
          .isEqualTo(Arrays.stream(greedy).skip(5).boxed().toList());
    }
  }

  @Test
  void theSameGemma3AsGgufIsTheSameModel(@TempDir Path folder) {
    Path file = folder.resolve("gemma3.gguf");
    Gemma3Gguf.write(folder("tiny-gemma3"), file);
    JsonNode golden = golden("tiny-gemma3");
    try (BaseModel model = PlainModel.open(file)) {
      assertThat(losses(model, golden)).containsExactly(losses(golden), within(2e-5));
    }
  }

  /** Of each token but the first, after those before it. */
  private static double[] losses(BaseModel model, JsonNode golden) {
    int[] ids = ids(golden, "ids");
    return IntStream.range(1, ids.length)
        .mapToDouble(
            last -> {
              TokenizedSet text =
                  TokenizedSet.continued(
                      new int[][] {Arrays.copyOf(ids, last + 1)}, new int[] {last});
              return model.evaluate(PlainModel.start(model, 2), List.of(), text, 1).loss();
            })
        .toArray();
  }

  private static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TinyFamiliesTest.class.getResource("/models/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode golden(String name) {
    try (InputStream json =
        TinyFamiliesTest.class.getResourceAsStream("/golden/tiny-families.json")) {
      return new JsonMapper().readTree(json).path(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] losses(JsonNode golden) {
    return StreamSupport.stream(golden.path("losses").spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static int[] ids(JsonNode golden, String name) {
    return StreamSupport.stream(golden.path(name).spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }
}
