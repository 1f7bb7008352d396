package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.transformer.TinyModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings that end in the middle and go on; in float32, with the bits of those that do not. */
class KeptTrainingTest {
  private static final int STEPS = 12;

  static Stream<Arguments> trainings() {
    return Stream.of(
        Arguments.of(TinyModel.BERT, ChainAdapter.lora(3, 0.7f), 0.0),
        Arguments.of(TinyModel.BERT, ChainAdapter.lora(3, 0.7f), 0.1),
        Arguments.of(TinyModel.LLAMA, ChainAdapter.lora(3, 0.7f), 0.1),
        Arguments.of(TinyModel.LLAMA, ChainAdapter.fullCore(3, 0.7f), 0.0),
        Arguments.of(TinyModel.LLAMA, new AlloraAdapter(ChainAdapter.lora(3, 1f), 4f), 0.0));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void aTrainingThatGoesOnFromAnyStepEndsWithTheSameBits(
      TinyModel model, AdapterForm form, double mu) {
    TrainingJob job = job(model, form, mu);
    try (TinyTuner tiny = new TinyTuner(model)) {
      Shelf all = new Shelf(1, Optional.empty());
      TrainingResult undisturbed = tiny.tuner.train(job, TrainingListener.NONE);
      assertThat(tiny.tuner.train(job, TrainingListener.NONE, all)).isEqualTo(undisturbed);
      assertThat(all.states).extracting(TrainingState::steps).hasSize(STEPS).startsWith(1, 2, 3);

      for (TrainingState kept : all.states) {
        Steps counted = new Steps(Integer.MAX_VALUE);
        TrainingResult result = tiny.tuner.train(job, counted, new Shelf(1000, Optional.of(kept)));
        assertThat(result).as("from step %d", kept.steps()).isEqualTo(undisturbed);
        assertThat(counted.done).isEqualTo(STEPS - kept.steps());
      }
    }
  }

  /** Again and again, at seeded steps; what was kept when it ended is where it goes on. */
  @Test
  void aTrainingThatIsCancelledAgainAndAgainLosesNoStep() {
    long seed = 20261130;
    SeededRandom random = new Seed(seed).random();
    TrainingJob job = job(TinyModel.BERT, ChainAdapter.lora(3, 0.7f), 0.1);
    try (TinyTuner tiny = new TinyTuner(TinyModel.BERT)) {
      TrainingResult undisturbed = tiny.tuner.train(job, TrainingListener.NONE);
      Optional<TrainingState> kept = Optional.empty();
      Optional<TrainingResult> result = Optional.empty();
      int steps = 0;
      while (result.isEmpty()) {
        Shelf shelf = new Shelf(1000, kept);
        Steps life = new Steps(1 + random.nextInt(3));
        try {
          result = Optional.of(tiny.tuner.train(job, life, shelf));
        } catch (TrainingCancelledException e) {
          kept = Optional.of(shelf.states.get(shelf.states.size() - 1));
        }
        steps += life.done;
      }

      assertThat(result).as("seed %d", seed).hasValue(undisturbed);
      assertThat(steps).isEqualTo(STEPS);
    }
  }

  @Test
  void whatIsKeptAtTheEndNeedsNoStepMore() {
    TrainingJob job = job(TinyModel.BERT, ChainAdapter.lora(3, 0.7f), 0);
    try (TinyTuner tiny = new TinyTuner(TinyModel.BERT)) {
      Shelf shelf = new Shelf(1000, Optional.empty());
      TrainingResult undisturbed = tiny.tuner.train(job, TrainingListener.NONE, shelf);
      assertThat(shelf.states).singleElement().extracting(TrainingState::steps).isEqualTo(STEPS);

      Steps none = new Steps(Integer.MAX_VALUE);
      assertThat(tiny.tuner.train(job, none, new Shelf(1000, Optional.of(shelf.states.get(0)))))
          .isEqualTo(undisturbed);
      assertThat(none.done).isZero();
    }
  }

  @Test
  void whatIsOfAnotherTrainingIsNotTaken() {
    TensorMap other = TensorMap.of(Map.of());
    TrainingState kept = new TrainingState(1, other, other, other, 1, 1, 1);
    try (TinyTuner tiny = new TinyTuner(TinyModel.BERT)) {
      assertThatThrownBy(
              () ->
                  tiny.tuner.train(
                      job(TinyModel.BERT, ChainAdapter.lora(3, 0.7f), 0),
                      TrainingListener.NONE,
                      new Shelf(1, Optional.of(kept))))
          .hasMessageContaining("other tensors");
    }
  }

  /** Keeps every so many steps. */
  private static final class Shelf implements TrainingKeeper {
    private final List<TrainingState> states = new ArrayList<>();
    private final int every;
    private final Optional<TrainingState> start;
    private int asked;

    Shelf(int every, Optional<TrainingState> start) {
      this.every = every;
      this.start = start;
    }

    @Override
    public Optional<TrainingState> kept() {
      return start;
    }

    @Override
    public boolean due() {
      asked++;
      return asked % every == 0;
    }

    @Override
    public void keep(TrainingState state) {
      states.add(state);
    }
  }

  /** Counts steps and cancels after some. */
  private static final class Steps implements TrainingListener {
    private final int most;
    private int done;

    Steps(int most) {
      this.most = most;
    }

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {
      done++;
    }

    @Override
    public boolean cancelled() {
      return done >= most;
    }
  }

  private static TrainingJob job(TinyModel model, AdapterForm form, double mu) {
    LocalTraining plain = LocalTraining.ofSteps(STEPS, 4, 1e-2);
    LocalTraining training =
        new LocalTraining(
            plain.epochs(),
            plain.steps(),
            plain.batchSize(),
            plain.learningRate(),
            plain.headLearningRate(),
            0.01,
            new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 0.1));
    return new TrainingJob(
        model.randomAdapter(form, 5),
        List.of(),
        new LocalRound(new LocalObjective(mu), training, 2, 3),
        model.examples(21, 9, 21),
        new Seed(7));
  }
}
