package dev.weft.benchmarks;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.torch.Processor;
import dev.weft.finetune.torch.Profile;
import dev.weft.finetune.training.FineTuner;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.transformer.FrozenTransformer;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Measures training steps in this process: LoRA of rank 8 and AdamW on random weights and random
 * tokens, another batch at every step.
 */
final class StepMeasurement {
  private static final ChainAdapter LORA = ChainAdapter.lora(8, 2);
  private static final Seed SEED = new Seed(1);
  private static final int BATCHES = 4;

  private final StepPlan plan;
  private final FineTuner tuner;

  private StepMeasurement(StepPlan plan, FineTuner tuner) {
    this.plan = plan;
    this.tuner = tuner;
  }

  public static void main(String[] arguments) throws IOException {
    FreshProcess.answer(arguments, StepPlan.class, StepMeasurement::measure);
  }

  static StepFigures measure(StepPlan plan) {
    Processor.choose(EngineConfig.onDevice(plan.device()));
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.ofModel(arena, plan.shape().family().kernel());
      FrozenTransformer frozen =
          FrozenTransformer.load(
              arena, kernels, plan.shape().family(), weights(plan), plan.precision());
      return new StepMeasurement(
              plan,
              new FineTuner(
                  frozen, kernels, plan.shape().sites(), Optional.of(plan.rematerialization())))
          .measure();
    }
  }

  /** Checkpoints come in bfloat16, but for a float32 model that is held as it is computed. */
  private static RandomWeights weights(StepPlan plan) {
    boolean wide = plan.weights() == Weights.NONE && plan.precision() == Precision.FLOAT32;
    return new RandomWeights(
        SEED.of("weights"), plan.weights(), wide ? ElementType.F32 : ElementType.BF16);
  }

  private StepFigures measure() {
    long loading = ResidentMemory.peak();
    ResidentMemory.restart();
    List<StepSeconds> each;
    try (Workers workers = new Workers(plan.workers())) {
      each = workers.each(() -> stepSeconds(workers));
    }
    long training = ResidentMemory.peak();
    return new StepFigures(
        tokensPerSecond(each, StepSeconds::median),
        tokensPerSecond(each, StepSeconds::slowest),
        tokensPerSecond(each, StepSeconds::fastest),
        Math.max(loading, training),
        training,
        parts());
  }

  private double tokensPerSecond(List<StepSeconds> workers, ToDoubleFunction<StepSeconds> step) {
    return workers.stream()
        .mapToDouble(seconds -> plan.tokensPerStep() / step.applyAsDouble(seconds))
        .sum();
  }

  private StepSeconds stepSeconds(Workers workers) {
    List<TrainingJob> jobs = jobs(plan.warmUp() + plan.steps());
    StepClock clock = new StepClock();
    workers.together();
    tuner.train(jobs, clock);
    return clock.seconds(plan.warmUp());
  }

  private Map<StepPart, Double> parts() {
    List<TrainingJob> jobs = jobs(1);
    Profile profile = Profile.of(() -> tuner.train(jobs, TrainingListener.NONE));
    return StepPart.shares(profile);
  }

  private List<TrainingJob> jobs(int steps) {
    LocalTraining training = LocalTraining.ofSteps(steps, plan.sequences(), 1e-4);
    return IntStream.range(0, plan.lanes())
        .mapToObj(
            lane ->
                new TrainingJob(adapter(), List.of(), LocalRound.only(training), data(lane), SEED))
        .toList();
  }

  private Adapter adapter() {
    AdapterTarget target = tuner.target(Shape.CLASSES);
    SeededRandom random = SEED.of("adapter").random();
    return new Adapter(
        LORA,
        target,
        LORA.zeros(target)
            .map((name, zeros) -> Part.of(name) == Part.A ? drawn(random, zeros) : zeros));
  }

  private static Tensor drawn(SeededRandom random, Tensor like) {
    float[] values = new float[like.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.02 * random.nextGaussian());
    }
    return Tensor.of(values, like.shapeArray());
  }

  private TokenizedSet data(int lane) {
    SeededRandom random = SEED.of("tokens", lane).random();
    int vocabulary = plan.shape().family().vocabulary();
    int[][] ids = new int[BATCHES * plan.sequences()][plan.tokens()];
    for (int[] sequence : ids) {
      for (int i = 0; i < sequence.length; i++) {
        sequence[i] = random.nextInt(vocabulary);
      }
    }
    return plan.shape().family().language().isPresent()
        ? TokenizedSet.continued(ids, new int[ids.length])
        : TokenizedSet.classified(
            ids, IntStream.range(0, ids.length).map(i -> i % Shape.CLASSES).toArray());
  }

  /** Notes when each step ends. */
  private static final class StepClock implements TrainingListener {
    private final List<Long> ends = new ArrayList<>();

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {
      ends.add(System.nanoTime());
    }

    @Override
    public boolean cancelled() {
      return false;
    }

    /** Of the steps after the first few. */
    StepSeconds seconds(int warmUp) {
      return StepSeconds.of(
          IntStream.range(warmUp, ends.size())
              .mapToDouble(step -> (ends.get(step) - ends.get(step - 1)) / 1e9));
    }
  }

  /** One worker's steps. */
  private record StepSeconds(double fastest, double median, double slowest) {

    static StepSeconds of(DoubleStream steps) {
      double[] sorted = steps.sorted().toArray();
      int last = sorted.length - 1;
      return new StepSeconds(
          sorted[0], (sorted[last / 2] + sorted[(last + 1) / 2]) / 2, sorted[last]);
    }
  }
}
