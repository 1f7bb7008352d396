package dev.weft.finetune.training;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.TaskKind;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.adapter.SideDeltaSums;
import dev.weft.finetune.adapter.SideSum;
import dev.weft.finetune.generation.Generator;
import dev.weft.finetune.generation.Sampling;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Classification;
import dev.weft.finetune.task.LanguageModelling;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.transformer.FrozenTransformer;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.Rematerialization;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.finetune.transformer.WeightChange;
import dev.weft.text.SpecialTokens;
import dev.weft.text.TokenizedSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Trains and measures adapters on one frozen model; every call is independent of the others and may
 * come from its own thread.
 */
public final class FineTuner {
  /** Examples of a share: enough to hide what a pass costs besides, few enough for many threads. */
  private static final int SHARE = 16;

  private final FrozenTransformer frozen;
  private final Transformer transformer;
  private final Kernels kernels;
  private final Task task;
  private final List<LinearSite> sites;
  private final int lowestLayer;
  private final SideDeltaSums sideDeltaSums;
  private volatile int microBatch = Integer.MAX_VALUE;

  /**
   * @param sites the linear layers that get an adapter, in model order
   * @param rematerialization empty for as much as memory asks for
   */
  public FineTuner(
      FrozenTransformer frozen,
      Kernels kernels,
      List<LinearSite> sites,
      Optional<Rematerialization> rematerialization) {
    this.frozen = frozen;
    this.kernels = kernels;
    this.sites = List.copyOf(sites);
    this.lowestLayer = sites.stream().mapToInt(LinearSite::layer).min().orElse(0);
    this.transformer = new Transformer(frozen, kernels, lowestLayer, rematerialization);
    this.task =
        frozen.family().language().isPresent()
            ? new LanguageModelling(kernels, frozen)
            : new Classification(kernels);
    this.sideDeltaSums = new SideDeltaSums(kernels);
  }

  /**
   * What adapters attach to.
   *
   * @param classes of the head; ignored by a model that continues text and has none
   */
  public AdapterTarget target(int classes) {
    List<AdapterTarget.Layer> layers = sites.stream().map(FineTuner::layer).toList();
    return new AdapterTarget(
        layers,
        frozen.family().language().isPresent()
            ? Optional.empty()
            : Optional.of(new AdapterTarget.Head(classes, frozen.family().hidden())));
  }

  /**
   * @throws TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener) {
    return train(job, listener, TrainingKeeper.NONE);
  }

  /**
   * The same, going on from where it was kept; gives the same bits.
   *
   * @throws TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener, TrainingKeeper keeper) {
    return train(List.of(job), StepRules.PLAIN, share(job), Workers.CALLER, listener, keeper)
        .get(0);
  }

  /** See {@link #train(List, StepRules, TrainingListener)}; by plain steps. */
  public List<TrainingResult> train(List<TrainingJob> jobs, TrainingListener listener) {
    return train(jobs, StepRules.PLAIN, listener);
  }

  /**
   * Several trainings side by side over one pass through the base, each in a lane of its own; gives
   * what they would give alone, up to rounding. No more examples of a training pass at once than
   * its batch size, however many a step has.
   *
   * @param jobs of one form of adapter, one round and one log of side deltas
   * @param rules how their steps go
   * @return one result per job, in order
   * @throws TrainingCancelledException when the listener says so
   */
  public List<TrainingResult> train(
      List<TrainingJob> jobs, StepRules rules, TrainingListener listener) {
    TrainingJob first = jobs.get(0);
    if (!jobs.stream().allMatch(first::fitsBeside)) {
      throw new IllegalArgumentException(
          "jobs: lanes share the form of adapter, what is done and the side deltas");
    }
    return train(jobs, rules, share(first), Workers.CALLER, listener, TrainingKeeper.NONE);
  }

  /** No more examples of a training's step pass the model at once from now on. */
  public void passAtMost(int examples) {
    microBatch = examples;
  }

  /** Of plain steps, whose batch passes as a whole where it may; of others, a batch at a time. */
  private int share(TrainingJob job) {
    return Math.min(job.local().training().batchSize(), microBatch);
  }

  /**
   * A training that nothing runs beside. Every step's batch is divided into shares of its own, so
   * the result differs by rounding from {@link #train(TrainingJob, TrainingListener)}.
   *
   * @param threads how many shares are computed at once; changes nothing but the time
   * @throws TrainingCancelledException when the listener says so
   */
  public TrainingResult trainAlone(TrainingJob job, TrainingListener listener, int threads) {
    try (Workers workers = new Workers(threads)) {
      return train(
              List.of(job),
              StepRules.PLAIN,
              Math.min(SHARE, microBatch),
              workers,
              listener,
              TrainingKeeper.NONE)
          .get(0);
    }
  }

  private List<TrainingResult> train(
      List<TrainingJob> jobs,
      StepRules rules,
      int share,
      Workers workers,
      TrainingListener listener,
      TrainingKeeper keeper) {
    TrainingJob first = jobs.get(0);
    List<SideSum> sums = sums(first.adapter(), first.sideDeltas());
    StepGradients gradients = new StepGradients(transformer, kernels, task, share, workers);
    return new Trainer(kernels, gradients, rules, jobs, sitesOf(first.adapter()), sums, keeper)
        .run(listener);
  }

  /**
   * @param threads how many batches are answered at once; changes nothing but the time
   */
  public AnswerCounts count(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    List<SideSum> sums = sums(adapter, sideDeltas);
    return new Evaluator(transformer, kernels, task)
        .count(adapter, sitesOf(adapter), sums, test, threads);
  }

  /**
   * @param threads how many batches are answered at once; changes nothing but the time
   */
  public Evaluation evaluate(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    List<SideSum> sums = sums(adapter, sideDeltas);
    return new Evaluator(transformer, kernels, task)
        .evaluate(adapter, sitesOf(adapter), sums, test, threads);
  }

  /** See {@link Transformer#stepBytes}. */
  public long stepBytes(int examples, int length) {
    return transformer.stepBytes(examples, length);
  }

  /** See {@link Transformer#stateBytes}. */
  public long stateBytes(Collection<TokenizedSet> sets) {
    return transformer.stateBytes(sets);
  }

  /** See {@link Transformer#keepStates}. */
  public long keepStates(Arena owner, Collection<TokenizedSet> sets, long mostBytes) {
    return transformer.keepStates(owner, sets, mostBytes);
  }

  /** What adapters of this model learn. */
  public TaskKind task() {
    return frozen.family().language().isPresent() ? TaskKind.LANGUAGE : TaskKind.CLASSIFICATION;
  }

  /**
   * Continues a prompt. Where there is room, the model is decoded once for the text and not once
   * for every token.
   *
   * @param room bytes that decoded weights may take
   * @param special says which tokens end a text
   * @see Generator#generate
   */
  public List<Integer> generate(
      Adapter adapter,
      List<SideDelta> sideDeltas,
      int[] prompt,
      int most,
      long room,
      SpecialTokens special,
      Sampling sampling,
      IntPredicate listener) {
    List<SideSum> sums = sums(adapter, sideDeltas);
    try (Arena arena = Arena.open()) {
      WeightChange change =
          new NativeAdapter(arena, kernels, List.of(adapter), sitesOf(adapter), sums);
      boolean decodeOnce = Float.BYTES * frozen.holding().parameters() <= room;
      Transformer reader =
          decodeOnce
              ? new Transformer(frozen.decoded(arena, change), kernels, 0, Optional.empty())
              : transformer;
      return new Generator(reader, kernels)
          .generate(
              decodeOnce ? WeightChange.NONE : change,
              prompt,
              most,
              special::isEnd,
              sampling,
              listener);
    }
  }

  /** How each example is answered, in order; see {@link #evaluate}. */
  public List<Task.Answer> answers(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    List<SideSum> sums = sums(adapter, sideDeltas);
    return new Evaluator(transformer, kernels, task)
        .answers(adapter, sitesOf(adapter), sums, test, threads);
  }

  /** Decoded weights of the target layers [out, in]. */
  public List<Tensor> weights() {
    try (Arena arena = Arena.open()) {
      return sites.stream().map(site -> frozen.weights(arena, site).toTensor()).toList();
    }
  }

  /** Sum of the target layers' weight gradients over public examples [out, in]. */
  public List<Tensor> gradientSum(TokenizedSet publicExamples, Seed seed, int classes) {
    return new LayerSums(transformer, kernels, task, sites)
        .gradients(publicExamples, seed, target(classes).head());
  }

  /** Sum of {@code xᵀ x} over what enters the target layers for public examples [in, in]. */
  public List<Tensor> activationGrams(TokenizedSet publicExamples, Seed seed, int classes) {
    return new LayerSums(transformer, kernels, task, sites)
        .activationGrams(publicExamples, seed, target(classes).head());
  }

  /** A classification head fitted to the frozen model's embeddings of public examples. */
  public TensorMap headFor(TokenizedSet publicExamples, Seed seed, int classes) {
    try (Arena arena = Arena.open()) {
      Task.Head head =
          new HeadFit(transformer, kernels)
              .to(arena, publicExamples, seed, target(classes).head().orElseThrow());
      return HeadFit.values(head);
    }
  }

  /** All linear layers that an adapter of this model may attach to, in model order. */
  public List<AdapterTarget.Layer> linears() {
    return IntStream.range(0, frozen.family().layers())
        .mapToObj(frozen.family()::linears)
        .flatMap(List::stream)
        .map(FineTuner::layer)
        .toList();
  }

  private static AdapterTarget.Layer layer(LinearSite site) {
    return new AdapterTarget.Layer(site.name(), site.out(), site.in());
  }

  private List<SideSum> sums(Adapter adapter, List<SideDelta> sideDeltas) {
    return sideDeltaSums.of(sideDeltas, adapter.target());
  }

  /** Where an adapter attaches to; not below the blocks whose states are kept. */
  private List<LinearSite> sitesOf(Adapter adapter) {
    List<LinearSite> found =
        IntStream.range(lowestLayer, frozen.family().layers())
            .mapToObj(frozen.family()::linears)
            .flatMap(List::stream)
            .filter(site -> adapter.target().layers().contains(layer(site)))
            .toList();
    if (found.size() < adapter.target().layers().size()) {
      throw new IllegalArgumentException(
          Text.format(
              "adapter: made for %s, this model offers %s from layer %d on",
              adapter.target(), linears(), lowestLayer));
    }
    return found;
  }
}
