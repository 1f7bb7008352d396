package dev.weft.finetune.task;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LlamaFamily;
import dev.weft.finetune.transformer.ReferenceDecoder;
import dev.weft.finetune.transformer.ReferenceModel;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.WeightChange;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LanguageModellingTest {
  private static final String DECODERS = "dev.weft.finetune.transformer.TinyModel#decoders";

  /** More tokens than are decoded at once, and over more positions than are scored at once. */
  private static final int LARGE_VOCABULARY = 9000;

  private static final TinyModel LARGE =
      new TinyModel(
          "large",
          new LlamaFamily(
              DecoderShape.llama(4, 1, 1, 4, LARGE_VOCABULARY, 64, Rope.plain(100, 4), 1)));

  @ParameterizedTest
  @MethodSource(DECODERS)
  void answersAreThoseOfTheReference(TinyModel model) {
    TokenizedSet data = model.examples(6, 9, 2);
    ReferenceDecoder reference = new ReferenceDecoder(model);
    try (TinyEngine engine = new TinyEngine(model)) {
      List<Task.Answer> answers = answers(engine, data);
      double loss = 0;
      long targets = 0;
      long right = 0;
      for (int example = 0; example < data.size(); example++) {
        int[] ids = TokenizedSets.ids(data, example);
        Task.Answer answer = answers.get(example);
        double expected = reference.loss(ids, data.promptTokens(example));
        loss += expected;
        targets += data.targetTokens(example);
        right += foretold(reference.scores(ids), ids, data.promptTokens(example));

        assertThat(answer.loss()).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
        assertThat(answer.targets()).isEqualTo(data.targetTokens(example));
      }
      Evaluation evaluation = task(engine).evaluation(data, answers, 0);

      assertThat(evaluation.loss()).isCloseTo(loss / targets, within(1e-5));
      assertThat(evaluation.score(Metric.PERPLEXITY).getAsDouble())
          .isCloseTo(Math.exp(loss / targets), within(1e-3));
      assertThat(evaluation.score(Metric.TOKEN_ACCURACY).getAsDouble())
          .isEqualTo((double) right / targets);
    }
  }

  /** 40 texts of 64 tokens: 2520 positions, of which 932 are scored at once. */
  @Test
  void aVocabularyInPiecesAndPositionsInPartsGiveTheLossAndGradientOfTheWhole() {
    TokenizedSet data =
        TokenizedSet.continued(
            IntStream.range(0, 40).mapToObj(LanguageModellingTest::longText).toArray(int[][]::new),
            new int[40]);
    TokenBatch batch = TokenBatch.of(data, IntStream.range(0, 40).toArray());
    SeededRandom random = new Seed(5).random();
    float[] hidden = new float[batch.paddedTokens() * 4];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) random.nextGaussian();
    }
    try (TinyEngine engine = new TinyEngine(LARGE);
        Arena arena = Arena.open()) {
      NativeArray states = arena.floats(hidden, batch.paddedTokens(), 4);
      Task.Losses losses = task(engine).losses(arena, batch, states, Task.Head.NONE);
      float[] gradient = losses.dhidden().toFloats();
      Head head = new Head(hidden, batch);
      double sum = 0;
      for (int row = 0; row < 40; row++) {
        for (int at = 1; at < 64; at++) {
          sum += head.loss(row * 64 + at - 1, batch.token(row, at));
        }
      }

      assertThat(losses.losses().get(0)).isCloseTo(sum / (40 * 63), within(1e-5));
      for (int position : new int[] {0, 500, 931, 932, 1500, 2558}) {
        int token = batch.token(position / 64, position % 64 + 1);
        for (int i = 0; i < 4; i++) {
          assertThat(gradient[position * 4 + i] * 40.0 * 63)
              .as("position %d", position)
              .isCloseTo(head.slope(position, token, i), within(1e-3));
        }
      }
      assertThat(Arrays.copyOfRange(gradient, 63 * 4, 64 * 4)).containsOnly(0);
    }
  }

  /**
   * What a prompt's tokens are decides how it is read, but nothing is learnt from foretelling it.
   */
  @Test
  void onlyThePositionsThatForetellAnAnswerGetAGradient() {
    TokenizedSet data = TokenizedSet.continued(new int[][] {{3, 1, 4, 1, 5, 9}}, new int[] {4});
    try (TinyEngine engine = new TinyEngine(TinyModel.LLAMA);
        Arena arena = Arena.open()) {
      TokenBatch batch = TokenBatch.of(data, new int[] {0});
      NativeArray hidden = engine.transformer().hidden(arena, batch, WeightChange.NONE);
      float[] gradient =
          task(engine).losses(arena, batch, hidden, Task.Head.NONE).dhidden().toFloats();
      int width = gradient.length / 6;

      for (int position = 0; position < 6; position++) {
        float[] at = Arrays.copyOfRange(gradient, position * width, (position + 1) * width);
        if (position == 3 || position == 4) {
          assertThat(at).doesNotContain(0);
        } else {
          assertThat(at).containsOnly(0);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(DECODERS)
  void paddingChangesNothing(TinyModel model) {
    TokenizedSet data =
        TokenizedSet.continued(new int[][] {{3, 1, 4}, new int[14]}, new int[] {1, 0});
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      TokenBatch both = TokenBatch.of(data, new int[] {0, 1}).perExample();
      TokenBatch alone = TokenBatch.of(data, new int[] {0}).perExample();
      Task.Losses padded = losses(arena, engine, both);
      Task.Losses bare = losses(arena, engine, alone);
      float[] gradient = bare.dhidden().toFloats();

      assertThat(padded.losses().get(0)).isCloseTo(bare.losses().get(0), within(1e-5));
      assertClose(
          "gradient", Arrays.copyOf(padded.dhidden().toFloats(), gradient.length), gradient, 1e-5);
    }
  }

  @Test
  void aLaneIsTheMeanOverItsOwnTokensAndRowsWithoutWeightCountNothing() {
    TinyModel model = TinyModel.QWEN2;
    TokenizedSet data = model.examples(5, 9, 2);
    ReferenceDecoder reference = new ReferenceDecoder(model);
    List<TokenBatch.Row> rows = new ArrayList<>();
    TokenBatch.lane(data, new int[] {0, 1, 2}, 3).forEach(rows::add);
    TokenBatch.lane(data, new int[] {3}, 3).forEach(rows::add);
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      List<Double> losses = losses(arena, engine, TokenBatch.of(rows, 2)).losses();

      assertThat(losses.get(0)).isCloseTo(mean(reference, data, 0, 1, 2), within(1e-5));
      assertThat(losses.get(1)).isCloseTo(mean(reference, data, 3), within(1e-5));
    }
  }

  private static double mean(ReferenceDecoder reference, TokenizedSet data, int... examples) {
    double sum = 0;
    int targets = 0;
    for (int example : examples) {
      sum += reference.loss(TokenizedSets.ids(data, example), data.promptTokens(example));
      targets += data.targetTokens(example);
    }
    return sum / targets;
  }

  private static List<Task.Answer> answers(TinyEngine engine, TokenizedSet data) {
    try (Arena arena = Arena.open()) {
      TokenBatch batch = TokenBatch.of(data, IntStream.range(0, data.size()).toArray());
      NativeArray hidden = engine.transformer().hidden(arena, batch, WeightChange.NONE);
      return task(engine).answers(arena, batch, hidden, Task.Head.NONE);
    }
  }

  private static Task.Losses losses(Arena arena, TinyEngine engine, TokenBatch batch) {
    NativeArray hidden = engine.transformer().hidden(arena, batch, WeightChange.NONE);
    return task(engine).losses(arena, batch, hidden, Task.Head.NONE);
  }

  private static LanguageModelling task(TinyEngine engine) {
    return new LanguageModelling(engine.kernels, engine.frozen);
  }

  private static long foretold(double[][] scores, int[] ids, int promptTokens) {
    return IntStream.range(Math.max(1, promptTokens), ids.length)
        .filter(t -> scores[t - 1][ids[t]] == Arrays.stream(scores[t - 1]).max().getAsDouble())
        .count();
  }

  private static int[] longText(int number) {
    SeededRandom random = new Seed(number).random();
    return IntStream.range(0, 64).map(t -> random.nextInt(LARGE_VOCABULARY)).toArray();
  }

  /** The last norm and the output layer of {@link #LARGE} over given states. */
  private static final class Head {
    private final double[][] table = matrix(LARGE.tensor("model.embed_tokens.weight").toArray());
    private final float[] gain = LARGE.tensor("model.norm.weight").toArray();
    private final double[][] states;

    Head(float[] hidden, TokenBatch batch) {
      states = matrix(hidden);
      assertThat(states).hasDimensions(batch.paddedTokens(), 4);
    }

    double loss(int position, int token) {
      return loss(states[position], token);
    }

    double slope(int position, int token, int index) {
      double[] up = states[position].clone();
      double[] down = states[position].clone();
      up[index] += 1e-5;
      down[index] -= 1e-5;
      return (loss(up, token) - loss(down, token)) / 2e-5;
    }

    private double loss(double[] state, int token) {
      double squares = Arrays.stream(state).map(value -> value * value).sum();
      double[] normed = new double[4];
      for (int i = 0; i < 4; i++) {
        normed[i] = state[i] / Math.sqrt(squares / 4 + 1e-5) * gain[i];
      }
      return ReferenceModel.crossEntropy(ReferenceModel.times(table, normed), token);
    }

    private static double[][] matrix(float[] values) {
      double[][] rows = new double[values.length / 4][4];
      for (int i = 0; i < values.length; i++) {
        rows[i / 4][i % 4] = values[i];
      }
      return rows;
    }
  }
}
