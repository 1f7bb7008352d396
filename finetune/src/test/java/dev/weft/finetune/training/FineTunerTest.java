package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.config.TrainingConfig;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.encoder.TinyEncoder;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.TokenizedSets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FineTunerTest {
  private static final TokenizedSet DATA = TokenizedSets.random(70, 12, 20, 3, 2);

  private static TinyTuner tiny;

  @BeforeAll
  static void open() {
    tiny = new TinyTuner(TinyEncoder.SHAPE);
  }

  @AfterAll
  static void close() {
    tiny.close();
  }

  static Stream<Adapter> neutralAdapters() {
    Adapter lora = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    Adapter core = tiny.randomAdapter(ChainAdapter.fullCore(3, 2), 5);
    return Stream.of(lora.with(zeros(lora.part(Part.B))), core.with(zeros(core.part(Part.CORE))));
  }

  @ParameterizedTest
  @MethodSource("neutralAdapters")
  void aZeroFactorAnswersExactlyAsTheBase(Adapter neutral) {
    Adapter nothing = Adapter.zeros(neutral.form(), neutral.target()).with(neutral.part(Part.HEAD));

    assertThat(evaluate(neutral, List.of())).isEqualTo(evaluate(nothing, List.of()));
  }

  @Test
  void sideDeltasEqualTheSameProductsInTheAdapter() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    Adapter head = Adapter.zeros(adapter.form(), adapter.target()).with(adapter.part(Part.HEAD));
    List<LowRank> half =
        adapter.target().layers().stream()
            .map(layer -> new LowRank(adapter.b(layer), adapter.a(layer)))
            .toList();
    List<SideDelta> log = List.of(new SideDelta(0, half), new SideDelta(1, half));

    Evaluation inAdapter = evaluate(adapter, List.of());
    Evaluation inBase = evaluate(head, log);
    assertThat(inBase.loss()).isCloseTo(inAdapter.loss(), within(1e-6));
    assertThat(inBase.loss()).isNotCloseTo(evaluate(head, List.of()).loss(), within(1e-3));
  }

  @Test
  void sideDeltasMoveTrainingToo() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    List<LowRank> product =
        adapter.target().layers().stream()
            .map(layer -> new LowRank(adapter.b(layer), adapter.a(layer)))
            .toList();
    TrainingJob with = job(adapter, 1, 0, List.of(new SideDelta(0, product)));

    assertThat(train(with).trained()).isNotEqualTo(train(job(adapter, 1, 0, List.of())).trained());
  }

  @Test
  void onlyTrainedPartsComeBackAndChange() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.fullCore(3, 2).training(Part.CORE), 5);
    TrainingResult result = train(job(adapter, 1, 0, List.of()));

    assertThat(result.trained().schema()).isEqualTo(adapter.trained().schema());
    result
        .trained()
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(tensor).as(name).isNotEqualTo(adapter.tensors().get(name)));
    assertThat(result.examples()).isEqualTo(70);
    assertThat(result.examplesSeen()).isEqualTo(70);
    assertThat(result.tokensSeen()).isEqualTo(DATA.totalTokens());
    assertThat(result.steps()).isEqualTo(9);
  }

  @Test
  void trainingLowersTheLoss() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    Adapter current = adapter;
    for (int round = 1; round <= 5; round++) {
      current = current.with(train(job(current, round, 0, List.of())).trained());
    }

    assertThat(evaluate(current, List.of()).loss())
        .isLessThan(0.9 * evaluate(adapter, List.of()).loss());
  }

  @Test
  void aStrongerProximalTermStaysNearerToTheGlobalAdapter() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    double free = distance(train(job(adapter, 1, 0, List.of())).trained(), adapter.trained());
    double held = distance(train(job(adapter, 1, 10, List.of())).trained(), adapter.trained());

    assertThat(held).isLessThan(free);
  }

  @ParameterizedTest
  @EnumSource(ChainAdapter.Core.class)
  void equalJobsGiveEqualBitsWhateverRunsBeside(ChainAdapter.Core core) throws Exception {
    ChainAdapter form = new ChainAdapter(3, core, 1, ChainAdapter.lora(3, 1).trained());
    TrainingJob job = job(tiny.randomAdapter(form, 5), 2, 0.1, List.of());
    TrainingResult alone = train(job);
    TrainingResult[] beside = new TrainingResult[3];
    Thread[] threads = new Thread[beside.length];
    for (int i = 0; i < threads.length; i++) {
      int index = i;
      threads[i] = new Thread(() -> beside[index] = train(job));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(beside).containsOnly(alone);
  }

  @Test
  void roundsAndSeedsChangeTheOrderOfExamples() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);

    assertThat(train(job(adapter, 2, 0, List.of())).trained())
        .isNotEqualTo(train(job(adapter, 1, 0, List.of())).trained());
  }

  @Test
  void theNumberOfThreadsDoesNotChangeAnEvaluation() {
    Adapter adapter = tiny.randomAdapter(ChainAdapter.lora(3, 2), 5);
    TokenizedSet many = TokenizedSets.random(500, 12, 20, 3, 8);
    Evaluation one = tiny.tuner.evaluate(adapter, List.of(), many, 1);

    assertThat(tiny.tuner.evaluate(adapter, List.of(), many, 2)).isEqualTo(one);
    assertThat(tiny.tuner.evaluate(adapter, List.of(), many, 5)).isEqualTo(one);
  }

  @Test
  void aCancelledTrainingStopsBeforeItsNextStep() {
    StopAfter listener = new StopAfter(3);

    assertThatThrownBy(
            () ->
                tiny.tuner.train(
                    job(tiny.randomAdapter(ChainAdapter.lora(3, 2), 5), 1, 0, List.of()), listener))
        .isInstanceOf(TrainingCancelledException.class)
        .hasMessage("training was cancelled after 3 steps");
    assertThat(listener.seen).isEqualTo(24);
    assertThat(listener.total).isEqualTo(70);
  }

  @Test
  void gradientSumsOverPublicExamplesAreTheSameEveryTimeAndNotZero() {
    List<Tensor> sums = tiny.tuner.gradientSum(DATA, new Seed(3), 3);

    assertThat(tiny.tuner.gradientSum(DATA, new Seed(3), 3)).isEqualTo(sums);
    assertThat(sums).hasSameSizeAs(tiny.target().layers()).doesNotHaveDuplicates();
    assertThat(sums.get(0).shape()).containsExactly(8, 8);
  }

  @Test
  void weightsOfAnUnquantizedModelAreTheCheckpointsOwn() {
    assertThat(tiny.tuner.weights().get(4))
        .isEqualTo(tiny.checkpoint.tensors().get("encoder.layer.0.intermediate.dense.weight"));
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    try (TinyTuner other = new TinyTuner(new EncoderShape(1, 8, 2, 12, 20, 16, 1e-12))) {
      Adapter foreign = other.randomAdapter(ChainAdapter.lora(3, 2), 5);

      assertThatThrownBy(() -> evaluate(foreign, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("adapter: made for");
    }
  }

  private static final class StopAfter implements TrainingListener {
    private final int steps;
    private int taken;
    private long seen;
    private long total;

    StopAfter(int steps) {
      this.steps = steps;
    }

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {
      taken++;
      seen = examplesDone;
      total = examplesTotal;
    }

    @Override
    public boolean cancelled() {
      return taken == steps;
    }
  }

  private static TrainingResult train(TrainingJob job) {
    return tiny.tuner.train(job, TrainingListener.NONE);
  }

  private static Evaluation evaluate(Adapter adapter, List<SideDelta> log) {
    return tiny.tuner.evaluate(adapter, log, DATA, 2);
  }

  private static TrainingJob job(Adapter adapter, int round, double mu, List<SideDelta> log) {
    return new TrainingJob(
        adapter,
        log,
        new LocalObjective(mu),
        new TrainingConfig(1, Optional.empty(), 8, 0.01, 0.01, 0),
        DATA,
        new Seed(7),
        round);
  }

  private static TensorMap zeros(TensorMap like) {
    return like.map((name, tensor) -> Tensor.zeros(tensor.shapeArray()));
  }

  private static double distance(TensorMap a, TensorMap b) {
    double sum = 0;
    for (Tensor tensor : a.minus(b).asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        sum += tensor.at(i) * tensor.at(i);
      }
    }
    return Math.sqrt(sum);
  }
}
