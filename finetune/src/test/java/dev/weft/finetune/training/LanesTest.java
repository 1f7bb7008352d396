package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.finetune.transformer.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings side by side over one base. */
class LanesTest {
  /** Lanes of unequal length are at unequal places of the schedule. */
  private static final LocalTraining TRAINING =
      new LocalTraining(
          1,
          Optional.empty(),
          4,
          1e-3,
          2e-3,
          0.01,
          new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 0.5));

  private static final int LANES = 8;

  static Stream<Arguments> modelsAndForms() {
    return Stream.concat(
        TinyModel.all().map(model -> Arguments.of(model, ChainAdapter.lora(3, 0.7f))),
        Stream.of(TinyModel.BERT, TinyModel.LLAMA)
            .flatMap(
                model ->
                    Stream.of(
                            ChainAdapter.fullCore(3, 0.7f).training(Part.CORE),
                            new AlloraAdapter(ChainAdapter.lora(2, 0.7f), 0.8f))
                        .map(form -> Arguments.of(model, form))));
  }

  /** Lanes of 3 to 31 examples: 1 to 8 steps, the last of each lane with 1 to 4 examples. */
  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void eightTrainingsSideBySideEndAsEachAlone(TinyModel model, AdapterForm form) {
    List<SideDelta> log = List.of(sideDelta(model, form));
    List<TrainingJob> jobs = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      jobs.add(job(model, model.randomAdapter(form, 10 + lane), 3 + 4 * lane, 4 + lane, log));
    }
    try (TinyTuner tiny = new TinyTuner(model)) {
      List<TrainingResult> together = tiny.tuner.train(jobs, TrainingListener.NONE);

      assertThat(together).hasSize(LANES);
      for (int lane = 0; lane < LANES; lane++) {
        TrainingResult alone = tiny.tuner.train(jobs.get(lane), TrainingListener.NONE);
        TrainingResult beside = together.get(lane);
        assertClose(beside.trained(), alone.trained(), 1e-5);
        assertThat(beside.trained()).isNotEqualTo(jobs.get(lane).adapter().trained());
        assertThat(beside.figures().meanLoss().orElseThrow())
            .isCloseTo(alone.figures().meanLoss().orElseThrow(), within(1e-5));
        assertThat(beside.figures().examplesProcessed())
            .isEqualTo(alone.figures().examplesProcessed());
        assertThat(beside.figures().tokensProcessed()).isEqualTo(alone.figures().tokensProcessed());
        assertThat(beside.figures().steps()).isEqualTo(alone.figures().steps());
      }
    }
  }

  @Test
  void anEndedTrainingGoesOnWithRowsThatCountNothing() {
    TinyModel model = TinyModel.LLAMA;
    Adapter adapter = model.randomAdapter(ChainAdapter.lora(2, 1), 1);
    Lanes lanes =
        new Lanes(
            List.of(job(model, adapter, 5, 9, List.of()), job(model, adapter, 14, 9, List.of())),
            new ShuffledPasses());

    assertThat(lanes.steps()).isEqualTo(4);
    assertThat(IntStream.range(0, 2).map(lanes::steps)).containsExactly(2, 4);
    for (int step = 0; step < 4; step++) {
      List<Share> shares = lanes.shares(step, TRAINING.batchSize());
      assertThat(shares).hasSize(1);
      TokenBatch batch = shares.get(0).batch();
      for (int lane = 0; lane < 2; lane++) {
        List<TokenBatch.Row> rows =
            batch.rows().subList(lane * batch.laneWidth(), (lane + 1) * batch.laneWidth());
        double weight = rows.stream().mapToDouble(TokenBatch.Row::weight).sum();
        assertThat(weight).isCloseTo(step < lanes.steps(lane) ? 1 : 0, within(1e-12));
      }
    }
  }

  @Test
  void lanesThatDifferInMoreThanDataAreRefused() {
    TinyModel model = TinyModel.BERT;
    Adapter adapter = model.randomAdapter(ChainAdapter.lora(2, 1), 1);
    Adapter scaled = model.randomAdapter(ChainAdapter.lora(2, 2), 1);
    List<SideDelta> log = List.of(sideDelta(model, adapter.form()));
    try (TinyTuner tiny = new TinyTuner(model)) {
      for (TrainingJob other :
          List.of(job(model, scaled, 5, 9, List.of()), job(model, adapter, 5, 9, log))) {
        assertThatIllegalArgumentException()
            .isThrownBy(
                () ->
                    tiny.tuner.train(
                        List.of(job(model, adapter, 5, 9, List.of()), other),
                        TrainingListener.NONE))
            .withMessageStartingWith("jobs: lanes share");
      }
    }
  }

  private static TrainingJob job(
      TinyModel model, Adapter adapter, int examples, int longest, List<SideDelta> log) {
    return new TrainingJob(
        adapter,
        log,
        new LocalRound(new LocalObjective(0.1), TRAINING, 2, 3),
        model.examples(examples, longest, examples),
        new Seed(7));
  }

  private static SideDelta sideDelta(TinyModel model, AdapterForm form) {
    Adapter adapter = model.randomAdapter(form, 99);
    return new SideDelta(
        0,
        adapter.target().layers().stream()
            .map(layer -> new LowRank(adapter.b(layer), adapter.a(layer)))
            .toList());
  }
}
