package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TinyModel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Hooks of a training in float32. */
class StepHooksTest {
  private static final TinyModel MODEL = TinyModel.LLAMA;
  private static final double RATE = 0.01;

  private static TinyTuner tiny;

  @BeforeAll
  static void open() {
    tiny = new TinyTuner(MODEL);
  }

  @AfterAll
  static void close() {
    tiny.close();
  }

  @Test
  void hooksAreAskedInOrderAtEveryPointAndHearWhichLanesTrain() {
    List<String> heard = new ArrayList<>();
    TrainingJob three = job(ChainAdapter.lora(2, 1), 12, 0);
    TrainingJob one = job(ChainAdapter.lora(2, 1), 4, 0);

    train(List.of(three, one), telling("a", heard), telling("b", heard));

    assertThat(heard)
        .containsExactly(
            "a gradients 0 [0, 1]",
            "b gradients 0 [0, 1]",
            "a stepped 0 [0, 1]",
            "b stepped 0 [0, 1]",
            "a gradients 1 [0]",
            "b gradients 1 [0]",
            "a stepped 1 [0]",
            "b stepped 1 [0]",
            "a gradients 2 [0]",
            "b gradients 2 [0]",
            "a stepped 2 [0]",
            "b stepped 2 [0]");
  }

  /** So what bounds the gradients of examples does not meet a term that knows no data. */
  @Test
  void theProximalTermComesAfterTheHooksThatWereAskedFor() {
    List<Map<String, Tensor>> free = new ArrayList<>();
    List<Map<String, Tensor>> held = new ArrayList<>();
    TrainingResult freely = train(job(ChainAdapter.lora(2, 1), 12, 0), collecting(free));
    TrainingResult heldBack = train(job(ChainAdapter.lora(2, 1), 12, 100), collecting(held));

    assertThat(held.get(1)).isEqualTo(free.get(1));
    assertThat(heldBack.trained()).isNotEqualTo(freely.trained());
  }

  @Test
  void alloraStartsWithEtaTimesTheGradientOfItsChain() {
    ChainAdapter chain = ChainAdapter.lora(3, 1);
    List<Map<String, Tensor>> plain = new ArrayList<>();
    List<Map<String, Tensor>> scaled = new ArrayList<>();
    train(fromZero(chain), collecting(plain));
    train(fromZero(new AlloraAdapter(chain, 0.5f)), collecting(scaled));

    Map<String, Tensor> half = new HashMap<>();
    plain.get(0).forEach((name, gradient) -> half.put(name, gradient.times(0.5)));
    assertClose(scaled.get(0), half, 1e-6);
    assertThat(plain.get(0).values()).anyMatch(each -> !each.equals(each.times(0)));
  }

  /** As SoRA does where one site trains alone: g ← sign(g) max(|g| − ξ, 0) after every step. */
  @Test
  void aGateThatShrinksAfterEveryStepIsAHook() {
    float threshold = 0.2f;
    TrainingJob job = job(ChainAdapter.diagonalCore(4, 1), 12, 0);
    StepHook.Maker shrinking =
        (owner, kernels, jobs, adapter) ->
            Optional.of(
                new StepHook() {
                  @Override
                  public void stepped(Arena arena, Step step) {
                    adapter
                        .trained()
                        .forEach(
                            (name, tensor) -> {
                              if (Part.of(name) == Part.CORE) {
                                each(
                                    tensor,
                                    g -> Math.signum(g) * Math.max(Math.abs(g) - threshold, 0));
                              }
                            });
                  }
                });
    TensorMap start = job.adapter().trained();
    TensorMap end = train(job, shrinking).trained();

    int zeros = 0;
    for (String name : start.names()) {
      for (int i = 0; i < start.get(name).size(); i++) {
        float before = Math.abs(start.get(name).at(i));
        float after = Math.abs(end.get(name).at(i));
        if (Part.of(name) == Part.CORE && before < threshold - RATE) {
          assertThat(after).isZero();
          zeros++;
        } else if (Part.of(name) == Part.CORE) {
          assertThat(after).isLessThan(Math.max(before - 3 * threshold, 0) + 4 * (float) RATE);
        }
      }
    }
    assertThat(zeros).isPositive();
  }

  /** Whoever adds noise adds it to nothing, too: AdamW moves by its rate where gradients are 1. */
  @Test
  void hooksSeeStepsWithoutExamplesAsAnyOthers() {
    TrainingJob job = job(ChainAdapter.lora(2, 1), 4, 0);
    StepRules rules =
        new StepRules(
            (data, training, seed, round) -> List.of(new int[0], new int[0]),
            List.of(
                (owner, kernels, jobs, adapter) ->
                    Optional.of(
                        new StepHook() {
                          @Override
                          public void ofLanes(
                              Arena arena, Step step, Map<String, NativeArray> gradients) {
                            gradients.values().forEach(gradient -> each(gradient, g -> g + 1));
                          }
                        })));
    TrainingResult result = tiny.tuner.train(List.of(job), rules, TrainingListener.NONE).get(0);

    assertThat(result.figures().steps()).isEqualTo(2);
    TensorMap start = job.adapter().trained();
    for (String name : start.names()) {
      for (int i = 0; i < start.get(name).size(); i++) {
        assertThat((double) result.trained().get(name).at(i))
            .isCloseTo(start.get(name).at(i) - 2 * RATE, within(1e-6));
      }
    }
  }

  private static StepHook.Maker telling(String name, List<String> heard) {
    return (owner, kernels, jobs, adapter) ->
        Optional.of(
            new StepHook() {
              @Override
              public void ofLanes(Arena arena, Step step, Map<String, NativeArray> gradients) {
                tell("gradients", step);
              }

              @Override
              public void stepped(Arena arena, Step step) {
                tell("stepped", step);
              }

              private void tell(String point, Step step) {
                heard.add(
                    name + " " + point + " " + step.number() + " " + new TreeSet<>(step.lanes()));
              }
            });
  }

  /** Keeps every step's gradients. */
  private static StepHook.Maker collecting(List<Map<String, Tensor>> steps) {
    return (owner, kernels, jobs, adapter) ->
        Optional.of(
            new StepHook() {
              @Override
              public void ofLanes(Arena arena, Step step, Map<String, NativeArray> gradients) {
                Map<String, Tensor> values = new HashMap<>();
                gradients.forEach((name, gradient) -> values.put(name, gradient.toTensor()));
                steps.add(values);
              }
            });
  }

  private static TrainingResult train(TrainingJob job, StepHook.Maker... hooks) {
    return train(List.of(job), hooks).get(0);
  }

  private static List<TrainingResult> train(List<TrainingJob> jobs, StepHook.Maker... hooks) {
    StepRules rules = new StepRules(new ShuffledPasses(), List.of(hooks));
    return tiny.tuner.train(jobs, rules, TrainingListener.NONE);
  }

  private interface OfOne {
    float of(float value);
  }

  private static void each(NativeArray array, OfOne change) {
    FloatBuffer values = array.memory().orElseThrow().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, change.of(values.get(i)));
    }
  }

  private static TrainingJob fromZero(AdapterForm form) {
    TrainingJob job = job(form, 4, 0);
    Adapter zero = job.adapter().with(Adapter.zeros(form, job.adapter().target()).part(Part.B));
    return new TrainingJob(zero, job.sideDeltas(), job.local(), job.data(), job.seed());
  }

  /** One pass over the examples in batches of four. */
  private static TrainingJob job(AdapterForm form, int examples, double mu) {
    return new TrainingJob(
        MODEL.randomAdapter(form, 10),
        List.of(),
        new LocalRound(new LocalObjective(mu), LocalTraining.ofEpochs(1, 4, RATE), 1, 1),
        MODEL.examples(examples, 9, 5),
        new Seed(7));
  }
}
