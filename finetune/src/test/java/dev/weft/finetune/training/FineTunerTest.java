package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.checkpoint.EncoderShape;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.TaskKind;
import dev.weft.finetune.transformer.BertFamily;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.ReferenceModel;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FineTunerTest {
  private static final Map<TinyModel, TinyTuner> TUNERS = new LinkedHashMap<>();

  @BeforeAll
  static void open() {
    models().forEach(model -> TUNERS.put(model, new TinyTuner(model)));
  }

  @AfterAll
  static void close() {
    TUNERS.values().forEach(TinyTuner::close);
  }

  static Stream<TinyModel> models() {
    return Stream.of(TinyModel.BERT, TinyModel.LLAMA);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theTargetIsWhatTheModelOffers(TinyModel model) {
    Adapter adapter = lora(model);

    assertThat(tuner(model).target(3)).isEqualTo(adapter.target());
    assertThat(tuner(model).task())
        .isEqualTo(model.isDecoder() ? TaskKind.LANGUAGE : TaskKind.CLASSIFICATION);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aZeroFactorAnswersExactlyAsTheBase(TinyModel model) {
    Adapter lora = lora(model);
    Adapter core = model.randomAdapter(ChainAdapter.fullCore(3, 2), 5);
    for (Adapter neutral :
        List.of(lora.with(zeros(lora.part(Part.B))), core.with(zeros(core.part(Part.CORE))))) {
      Adapter nothing =
          Adapter.zeros(neutral.form(), neutral.target()).with(neutral.part(Part.HEAD));

      assertThat(evaluate(model, neutral, List.of()))
          .isEqualTo(evaluate(model, nothing, List.of()));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void anEvaluationHasTheLossOfTheReference(TinyModel model) {
    TokenizedSet few = model.examples(7, 12, 4);

    assertThat(tuner(model).evaluate(lora(model), List.of(), few, 2).loss())
        .isCloseTo(new ReferenceLoss(model, lora(model), few).value(), within(1e-5));
  }

  @ParameterizedTest
  @MethodSource("models")
  void sideDeltasEqualTheSameProductsInTheAdapter(TinyModel model) {
    Adapter adapter = lora(model);
    Adapter head = Adapter.zeros(adapter.form(), adapter.target()).with(adapter.part(Part.HEAD));
    List<LowRank> half = products(adapter);
    List<SideDelta> log = List.of(new SideDelta(0, half), new SideDelta(1, half));

    Evaluation inAdapter = evaluate(model, adapter, List.of());
    Evaluation inBase = evaluate(model, head, log);
    assertThat(inBase.loss()).isCloseTo(inAdapter.loss(), within(1e-5));
    assertThat(inBase.loss()).isNotCloseTo(evaluate(model, head, List.of()).loss(), within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("models")
  void sideDeltasMoveTrainingToo(TinyModel model) {
    Adapter adapter = lora(model);
    TrainingJob with = job(model, adapter, 1, 0, List.of(new SideDelta(0, products(adapter))));
    TrainingJob without = job(model, adapter, 1, 0, List.of());

    assertThat(train(model, with).trained()).isNotEqualTo(train(model, without).trained());
  }

  @ParameterizedTest
  @MethodSource("models")
  void onlyTrainedPartsComeBackAndChange(TinyModel model) {
    Adapter adapter = model.randomAdapter(ChainAdapter.fullCore(3, 2).training(Part.CORE), 5);
    TrainingResult result = train(model, job(model, adapter, 1, 0, List.of()));

    assertThat(result.trained().schema()).isEqualTo(adapter.trained().schema());
    result
        .trained()
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(tensor).as(name).isNotEqualTo(adapter.tensors().get(name)));
    assertThat(result.figures().examplesProcessed()).isEqualTo(70);
    assertThat(result.figures().tokensProcessed()).isEqualTo(data(model).totalTokens());
    assertThat(result.figures().steps()).isEqualTo(9);
  }

  @ParameterizedTest
  @MethodSource("models")
  void trainingLowersTheLoss(TinyModel model) {
    Adapter current = lora(model);
    double before = evaluate(model, current, List.of()).loss();
    for (int round = 1; round <= 5; round++) {
      current = current.with(train(model, job(model, current, round, 0, List.of())).trained());
    }

    assertThat(evaluate(model, current, List.of()).loss()).isLessThan(0.9 * before);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aStrongerProximalTermStaysNearerToTheGlobalAdapter(TinyModel model) {
    Adapter adapter = lora(model);
    TensorMap free = train(model, job(model, adapter, 1, 0, List.of())).trained();
    TensorMap held = train(model, job(model, adapter, 1, 10, List.of())).trained();

    assertThat(distance(held, adapter.trained())).isLessThan(distance(free, adapter.trained()));
  }

  @ParameterizedTest
  @EnumSource(ChainAdapter.Core.class)
  void equalJobsGiveEqualBitsWhateverRunsBeside(ChainAdapter.Core core) throws Exception {
    TinyModel model = core == ChainAdapter.Core.FULL ? TinyModel.LLAMA : TinyModel.BERT;
    ChainAdapter form = new ChainAdapter(3, core, 1, ChainAdapter.lora(3, 1).trained());
    TrainingJob job = job(model, model.randomAdapter(form, 5), 2, 0.1, List.of());
    TrainingResult alone = train(model, job);
    TrainingResult[] beside = new TrainingResult[3];
    Thread[] threads = new Thread[beside.length];
    for (int i = 0; i < threads.length; i++) {
      int index = i;
      threads[i] = new Thread(() -> beside[index] = train(model, job));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(beside).containsOnly(alone);
  }

  @Test
  void roundsChangeTheOrderOfExamples() {
    TinyModel model = TinyModel.BERT;
    Adapter adapter = lora(model);

    assertThat(train(model, job(model, adapter, 2, 0, List.of())).trained())
        .isNotEqualTo(train(model, job(model, adapter, 1, 0, List.of())).trained());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theNumberOfThreadsDoesNotChangeAnEvaluation(TinyModel model) {
    TokenizedSet many = model.examples(500, 12, 8);
    Evaluation one = tuner(model).evaluate(lora(model), List.of(), many, 1);

    assertThat(tuner(model).evaluate(lora(model), List.of(), many, 2)).isEqualTo(one);
    assertThat(tuner(model).evaluate(lora(model), List.of(), many, 5)).isEqualTo(one);
  }

  @Test
  void aCancelledTrainingStopsBeforeItsNextStep() {
    StopAfter listener = new StopAfter(3);
    TinyModel model = TinyModel.BERT;
    TrainingJob job = job(model, lora(model), 1, 0, List.of());

    assertThatThrownBy(() -> tuner(model).train(job, listener))
        .isInstanceOf(TrainingCancelledException.class)
        .hasMessage("training was cancelled after 3 steps");
    assertThat(listener.seen).isEqualTo(24);
    assertThat(listener.total).isEqualTo(70);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientSumsOverPublicExamplesAreTheSameEveryTimeAndNotZero(TinyModel model) {
    List<Tensor> sums = tuner(model).gradientSum(data(model), new Seed(3), 3);

    assertThat(tuner(model).gradientSum(data(model), new Seed(3), 3)).isEqualTo(sums);
    assertThat(sums).hasSize(model.sites().size());
    assertThat(sums).noneMatch(sum -> sum.equals(Tensor.zeros(sum.shapeArray())));
  }

  /** With A a row of the identity, the gradient of B is a column of that of the weight. */
  @Test
  void gradientSumsAreThoseOfTheReference() {
    TinyModel model = TinyModel.LLAMA;
    TokenizedSet oneBatch = model.examples(9, 12, 4);
    List<Tensor> sums = tuner(model).gradientSum(oneBatch, new Seed(3), 3);
    Adapter zeros =
        Adapter.zeros(
            ChainAdapter.lora(1, 1), model.randomAdapter(ChainAdapter.lora(1, 1), 1).target());
    for (int i = 0; i < sums.size(); i++) {
      LinearSite site = model.sites().get(i);
      float[] row = new float[site.in()];
      row[i % site.in()] = 1;
      String a = Part.A.tensorName(site.name());
      Adapter probe = zeros.with(TensorMap.of(Map.of(a, Tensor.of(row, 1, site.in()))));
      double slope =
          new ReferenceLoss(model, probe, oneBatch).slope(Part.B.tensorName(site.name()), 2);

      assertThat((double) sums.get(i).at(2, i % site.in()))
          .as(site.name())
          .isCloseTo(slope, within(5e-5));
    }
  }

  /** What enters the second block is what leaves the same model of one block. */
  @Test
  void activationGramsCountEveryTokenOnceAndNoPadding() {
    TinyModel one =
        new TinyModel("bert", new BertFamily(new EncoderShape(1, 8, 2, 12, 20, 16, 1e-12)));
    TokenizedSet data = one.examples(40, 12, 4);
    double[][] expected = new double[8][8];
    for (int example = 0; example < data.size(); example++) {
      for (double[] x : ReferenceModel.of(one).hidden(TokenizedSets.ids(data, example))) {
        for (int i = 0; i < x.length; i++) {
          for (int j = 0; j < x.length; j++) {
            expected[i][j] += x[i] * x[j];
          }
        }
      }
    }

    Tensor gram =
        tuner(TinyModel.BERT)
            .activationGrams(data, new Seed(3), 3)
            .get(TinyModel.BERT.family().linears(0).size());
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected.length; j++) {
        assertThat((double) gram.at(i, j)).isCloseTo(expected[i][j], within(1e-3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void weightsOfAnUnquantizedModelAreTheCheckpointsOwn(TinyModel model) {
    LinearSite site = model.sites().get(4);

    assertThat(tuner(model).weights().get(4)).isEqualTo(model.tensor(site.name() + ".weight"));
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    Adapter foreign = lora(TinyModel.LLAMA);

    assertThatThrownBy(() -> evaluate(TinyModel.BERT, foreign, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("adapter: made for");
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

  private static FineTuner tuner(TinyModel model) {
    return TUNERS.get(model).tuner;
  }

  private static Adapter lora(TinyModel model) {
    return model.randomAdapter(ChainAdapter.lora(3, 2), 5);
  }

  private static TokenizedSet data(TinyModel model) {
    return model.examples(70, 12, 2);
  }

  private static TrainingResult train(TinyModel model, TrainingJob job) {
    return tuner(model).train(job, TrainingListener.NONE);
  }

  private static Evaluation evaluate(TinyModel model, Adapter adapter, List<SideDelta> log) {
    return tuner(model).evaluate(adapter, log, data(model), 2);
  }

  private static TrainingJob job(
      TinyModel model, Adapter adapter, int round, double mu, List<SideDelta> log) {
    return new TrainingJob(
        adapter,
        log,
        new LocalRound(new LocalObjective(mu), LocalTraining.ofEpochs(1, 8, 0.01), round, 5),
        data(model),
        new Seed(7));
  }

  /** The products of a chain of scale 2, halved. */
  private static List<LowRank> products(Adapter adapter) {
    return adapter.target().layers().stream()
        .map(layer -> new LowRank(adapter.b(layer), adapter.a(layer)))
        .toList();
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
