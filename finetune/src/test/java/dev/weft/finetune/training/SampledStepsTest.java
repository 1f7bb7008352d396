package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings whose steps see what a sampler says, some of them nothing; in float32. */
class SampledStepsTest {
  private static final int STEPS = 20;
  private static final double RATE = 1e-2;

  static Stream<TinyModel> models() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA);
  }

  /** Two to five expected examples a step, in shares of two; the last lane meets empty steps. */
  @ParameterizedTest
  @MethodSource("models")
  void poissonLanesEndAsEachAloneInBatchesOfAnySize(TinyModel model) {
    StepRules poisson = rules(new PoissonSampling(0.2));
    List<TrainingJob> jobs =
        List.of(job(model, 25, 2, 0.1), job(model, 10, 2, 0.1), job(model, 4, 2, 0.1));
    try (TinyTuner tiny = new TinyTuner(model)) {
      List<TrainingResult> together = tiny.tuner.train(jobs, poisson, TrainingListener.NONE);

      for (int i = 0; i < jobs.size(); i++) {
        int lane = i;
        TokenizedSet data = jobs.get(lane).data();
        TrainingJob whole = job(model, data.size(), 100, 0.1);
        TrainingResult alone =
            tiny.tuner.train(List.of(whole), poisson, TrainingListener.NONE).get(0);
        List<int[]> batches =
            poisson
                .sampler()
                .round(data, whole.local().training(), whole.seed(), whole.local().round());
        assertClose(together.get(lane).trained(), alone.trained(), 1e-5);
        assertThat(alone.trained()).isNotEqualTo(whole.adapter().trained());
        assertThat(together.get(lane).figures().meanLoss().orElseThrow())
            .isCloseTo(alone.figures().meanLoss().orElseThrow(), within(1e-5));
        assertThat(alone.figures().steps())
            .isEqualTo(together.get(lane).figures().steps())
            .isEqualTo(STEPS);
        assertThat(alone.figures().examplesProcessed())
            .isEqualTo(together.get(lane).figures().examplesProcessed())
            .isEqualTo(batches.stream().mapToInt(batch -> batch.length).sum());
        assertThat(batches.stream().mapToInt(batch -> batch.length))
            .as("batches of several shares, or none in a small lane")
            .anyMatch(size -> lane < 2 ? size > 2 : size == 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void stepsWithoutAnyExampleCountAndMoveNothing(TinyModel model) {
    TrainingJob job = job(model, 4, 2, 0.1);
    StepRules none = rules((data, training, seed, round) -> List.of(empty(), empty()));
    try (TinyTuner tiny = new TinyTuner(model)) {
      TrainingResult result = tiny.tuner.train(List.of(job), none, TrainingListener.NONE).get(0);

      assertThat(result)
          .isEqualTo(new TrainingResult(job.adapter().trained(), new TrainingFigures(0, 0, 0, 2)));
    }
  }

  /**
   * With a gradient g and then none, m is 0.1 g and 0.09 g, v is 0.001 g² and 0.000999 g². So the
   * second move is 0.09 / 0.19 / sqrt(0.000999 / 0.001999) of the first, whatever g is.
   */
  @ParameterizedTest
  @MethodSource("models")
  void anEmptyStepMovesByTheMomentumOfThoseBefore(TinyModel model) {
    TrainingJob job = job(model, 4, 4, 0);
    int[] all = {0, 1, 2, 3};
    StepRules once = rules((data, training, seed, round) -> List.of(all));
    StepRules then = rules((data, training, seed, round) -> List.of(all, empty()));
    double expected = 0.09 / 0.19 / Math.sqrt(0.000999 / 0.001999);
    try (TinyTuner tiny = new TinyTuner(model)) {
      TensorMap start = job.adapter().trained();
      TensorMap one = tiny.tuner.train(List.of(job), once, TrainingListener.NONE).get(0).trained();
      TensorMap two = tiny.tuner.train(List.of(job), then, TrainingListener.NONE).get(0).trained();

      for (String name : start.names()) {
        Tensor first = one.get(name).minus(start.get(name));
        Tensor second = two.get(name).minus(one.get(name));
        for (int i = 0; i < first.size(); i++) {
          if (Math.abs(first.at(i)) > 0.9 * RATE) {
            assertThat(second.at(i) / first.at(i)).isCloseTo((float) expected, within(0.01f));
          }
        }
        assertThat(second).as(name).isNotEqualTo(Tensor.zeros(second.shapeArray()));
      }
    }
  }

  private static StepRules rules(Sampler sampler) {
    return new StepRules(sampler, List.of());
  }

  private static int[] empty() {
    return new int[0];
  }

  private static TrainingJob job(TinyModel model, int examples, int batchSize, double mu) {
    return new TrainingJob(
        model.randomAdapter(ChainAdapter.lora(3, 0.7f), examples),
        List.of(),
        new LocalRound(new LocalObjective(mu), LocalTraining.ofSteps(STEPS, batchSize, RATE), 2, 3),
        model.examples(examples, 9, examples),
        new Seed(7));
  }
}
