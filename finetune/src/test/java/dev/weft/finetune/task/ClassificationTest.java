package dev.weft.finetune.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.ReferenceEncoder;
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

class ClassificationTest {
  private static final TinyModel MODEL = TinyModel.BERT;
  private static final TokenizedSet DATA = MODEL.examples(6, 9, 2);
  private static final Adapter ADAPTER = MODEL.randomAdapter(ChainAdapter.lora(1, 1), 4);

  @Test
  void answersAreThoseOfTheReference() {
    try (TinyEngine engine = new TinyEngine(MODEL);
        Arena arena = Arena.open()) {
      Classification task = new Classification(engine.kernels);
      TokenBatch batch = TokenBatch.of(DATA, IntStream.range(0, DATA.size()).toArray());
      NativeArray hidden = engine.transformer().hidden(arena, batch, WeightChange.NONE);
      List<Task.Answer> answers = task.answers(arena, batch, hidden, head(engine, arena));
      double loss = 0;
      int right = 0;
      for (int example = 0; example < DATA.size(); example++) {
        double[] scores = scores(example);
        int likeliest = scores[0] > scores[1] ? 0 : 1;
        likeliest = scores[2] > scores[likeliest] ? 2 : likeliest;
        loss += loss(example);
        right += likeliest == DATA.label(example) ? 1 : 0;

        assertThat(answers.get(example).outcome()).isEqualTo(likeliest);
        assertThat(answers.get(example).loss()).isCloseTo(loss(example), within(1e-5));
      }
      Evaluation evaluation = task.evaluation(DATA, answers, TinyModel.CLASSES);

      assertThat(evaluation.loss()).isCloseTo(loss / DATA.size(), within(1e-5));
      assertThat(evaluation.score(Metric.ACCURACY)).hasValue((double) right / DATA.size());
    }
  }

  @Test
  void aLaneIsTheMeanOfItsExamplesAndRowsWithoutWeightCountNothing() {
    List<TokenBatch.Row> rows = new ArrayList<>();
    TokenBatch.lane(DATA, new int[] {0, 1, 2}, 3).forEach(rows::add);
    TokenBatch.lane(DATA, new int[] {3}, 3).forEach(rows::add);
    try (TinyEngine engine = new TinyEngine(MODEL);
        Arena arena = Arena.open()) {
      TokenBatch batch = TokenBatch.of(rows, 2);
      NativeArray hidden = engine.transformer().hidden(arena, batch, WeightChange.NONE);
      Task.Losses losses =
          new Classification(engine.kernels).losses(arena, batch, hidden, head(engine, arena));

      assertThat(losses.losses().get(0)).isCloseTo((loss(0) + loss(1) + loss(2)) / 3, within(1e-5));
      assertThat(losses.losses().get(1)).isCloseTo(loss(3), within(1e-5));
      float[] gradient = losses.dhidden().toFloats();
      int row = gradient.length / 6;
      assertThat(Arrays.copyOfRange(gradient, 4 * row, 6 * row)).containsOnly(0);
      assertThat(losses.head().get(AdapterTarget.Head.WEIGHT).shape()).containsExactly(2, 3, 8);
    }
  }

  private static Task.Head head(TinyEngine engine, Arena arena) {
    return new Task.Head(engine.attach(arena, ADAPTER).head());
  }

  private static double loss(int example) {
    return ReferenceModel.crossEntropy(scores(example), DATA.label(example));
  }

  private static double[] scores(int example) {
    Tensor weight = ADAPTER.part(Part.HEAD).get(AdapterTarget.Head.WEIGHT);
    Tensor bias = ADAPTER.part(Part.HEAD).get(AdapterTarget.Head.BIAS);
    double[] pooled = new ReferenceEncoder(MODEL).pooled(TokenizedSets.ids(DATA, example));
    double[] scores = new double[TinyModel.CLASSES];
    for (int c = 0; c < scores.length; c++) {
      scores[c] = bias.at(c);
      for (int i = 0; i < pooled.length; i++) {
        scores[c] += weight.at(c, i) * pooled[i];
      }
    }
    return scores;
  }
}
