package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.random.Seed;
import dev.weft.finetune.generation.Sampling;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * stories260K, a real Llama of a megabyte, from the folder {@code weft.models}. Golden numbers come
 * from transformers.
 */
class StoriesTest {
  /** Not of the kind that the model was trained on. */
  private static final List<String> STORIES =
      List.of(
          "The old engineer opened the valve and read the pressure from the dial.",
          "Our laboratory measures the temperature of the water every second hour.",
          "A parliament of owls discussed the price of copper until the morning.",
          "The judge adjourned the trial because the witness had missed the train.");

  private static JsonNode golden;
  private static BaseModel model;

  @BeforeAll
  static void open() throws IOException {
    Path folder = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(
        Files.isDirectory(folder),
        "there is no folder stories260K where the system property weft.models says");
    model = PlainModel.open(folder);
    try (InputStream json = StoriesTest.class.getResourceAsStream("/golden/stories260K.json")) {
      golden = new JsonMapper().readTree(json);
    }
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  @Test
  void theGreedyContinuationIsThatOfTransformers() {
    int[] prompt = model.tokenizer().encodePrompt(golden.path("prompt").asText());
    List<Integer> continuation =
        model.generate(
            PlainModel.start(model, 4), List.of(), prompt, 64, Sampling.greedy(), token -> true);

    assertThat(prompt).isEqualTo(ids("promptIds"));
    assertThat(continuation).isEqualTo(greedy().subList(prompt.length, greedy().size()));
    assertThat(model.tokenizer().decode(ids("greedy")).strip())
        .isEqualTo(golden.path("text").asText());
  }

  @Test
  void theLossIsThatOfTransformers() {
    assertThat(loss(model, 0)).isCloseTo(golden.path("loss").asDouble(), within(1e-4));
    assertThat(loss(model, ids("promptIds").length))
        .isCloseTo(golden.path("continuationLoss").asDouble(), within(1e-4));
  }

  @Test
  void theSameModelAsAnEightBitGgufHasNearlyTheSamePerplexity(@TempDir Path folder) {
    Path file = folder.resolve("stories.gguf");
    StoriesGguf.write(Path.of(System.getProperty("weft.models"), "stories260K"), file);
    try (BaseModel gguf = PlainModel.open(file)) {
      assertThat(gguf.tokenizer().encodePrompt(golden.path("prompt").asText()))
          .isEqualTo(ids("promptIds"));
      assertThat(Math.exp(loss(gguf, 0)))
          .isNotEqualTo(Math.exp(loss(model, 0)))
          .isCloseTo(Math.exp(loss(model, 0)), withinPercentage(2));
    }
  }

  @Test
  void trainingAnAdapterTeachesItNewStories() {
    TokenizedSet stories =
        TokenizedSet.continued(
            STORIES.stream().map(model.tokenizer()::encodePrompt).toArray(int[][]::new),
            new int[STORIES.size()]);
    TrainingResult result =
        model.train(
            new TrainingJob(
                PlainModel.start(model, 4),
                List.of(),
                LocalRound.only(LocalTraining.ofSteps(30, 4, 1e-2)),
                stories,
                new Seed(1)),
            TrainingListener.NONE);
    double before = model.evaluate(PlainModel.start(model, 4), List.of(), stories, 1).loss();
    double after =
        model
            .evaluate(PlainModel.start(model, 4).with(result.trained()), List.of(), stories, 1)
            .loss();

    assertThat(after).isLessThan(0.7 * before);
  }

  private static double loss(BaseModel of, int promptTokens) {
    TokenizedSet text =
        TokenizedSet.continued(new int[][] {ids("greedy")}, new int[] {promptTokens});
    Evaluation evaluation = of.evaluate(PlainModel.start(model, 4), List.of(), text, 1);
    assertThat(evaluation.score(Metric.PERPLEXITY)).hasValue(Math.exp(evaluation.loss()));
    return evaluation.loss();
  }

  private static List<Integer> greedy() {
    return Arrays.stream(ids("greedy")).boxed().toList();
  }

  private static int[] ids(String name) {
    return StreamSupport.stream(golden.path(name).spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }
}
