package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.finetune.transformer.TinyModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One training whose batches are computed in shares, on several threads, in float32. */
class StepGradientsTest {

  static Stream<Arguments> modelsAndForms() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA)
        .flatMap(
            model ->
                Stream.of(
                        ChainAdapter.lora(3, 0.7f),
                        new DoraAdapter(ChainAdapter.lora(2, 0.7f)),
                        new AlloraAdapter(ChainAdapter.lora(2, 0.7f), 0.8f))
                    .map(form -> Arguments.of(model, form)));
  }

  /** 90 examples in batches of 40: shares of 16, 16 and 8, in the last batch of 10. */
  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void sharesAddUpToTheirBatch(TinyModel model, AdapterForm form) {
    TrainingJob job = job(model, form);
    try (TinyTuner tiny = new TinyTuner(model)) {
      TrainingResult whole = tiny.tuner.train(job, TrainingListener.NONE);
      TrainingResult shared = tiny.tuner.trainAlone(job, TrainingListener.NONE, 2);

      assertClose(shared.trained(), whole.trained(), 1e-5);
      assertThat(shared.trained()).isNotEqualTo(job.adapter().trained());
      assertThat(shared.figures().meanLoss().orElseThrow())
          .isCloseTo(whole.figures().meanLoss().orElseThrow(), within(1e-5));
      assertThat(shared.figures().examplesProcessed())
          .isEqualTo(whole.figures().examplesProcessed());
      assertThat(shared.figures().steps()).isEqualTo(whole.figures().steps());
    }
  }

  /** 40 examples a step, three at a time. */
  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void aStepIsTheSameHoweverFewOfItsExamplesPassAtOnce(TinyModel model, AdapterForm form) {
    TrainingJob job = job(model, form);
    try (TinyTuner tiny = new TinyTuner(model)) {
      TrainingResult whole = tiny.tuner.train(job, TrainingListener.NONE);
      tiny.tuner.passAtMost(3);
      TrainingResult few = tiny.tuner.train(job, TrainingListener.NONE);

      assertClose(few.trained(), whole.trained(), 1e-5);
      assertThat(few.figures().examplesProcessed()).isEqualTo(whole.figures().examplesProcessed());
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void theNumberOfThreadsChangesNoBit(TinyModel model, AdapterForm form) {
    TrainingJob job = job(model, form);
    try (TinyTuner tiny = new TinyTuner(model)) {
      TrainingResult alone = tiny.tuner.trainAlone(job, TrainingListener.NONE, 1);

      assertThat(tiny.tuner.trainAlone(job, TrainingListener.NONE, 3)).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndForms")
  void aListenerMayEndIt(TinyModel model, AdapterForm form) {
    TrainingListener impatient =
        new TrainingListener() {
          private boolean stepped;

          @Override
          public void progress(long examplesDone, long examplesTotal, double meanLoss) {
            stepped = true;
          }

          @Override
          public boolean cancelled() {
            return stepped;
          }
        };
    try (TinyTuner tiny = new TinyTuner(model)) {
      assertThatExceptionOfType(TrainingCancelledException.class)
          .isThrownBy(() -> tiny.tuner.trainAlone(job(model, form), impatient, 2));
    }
  }

  private static TrainingJob job(TinyModel model, AdapterForm form) {
    return new TrainingJob(
        model.randomAdapter(form, 10),
        List.of(),
        LocalRound.only(LocalTraining.ofEpochs(1, 40, 1e-3)),
        model.examples(90, 9, 5),
        new Seed(7));
  }
}
