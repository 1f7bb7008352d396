package dev.weft.finetune;

import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.ModelFamilies;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.registry.Origins;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.generation.Sampling;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Processor;
import dev.weft.finetune.training.FineTuner;
import dev.weft.finetune.training.StepRules;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.finetune.transformer.CheckpointWeights;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.FrozenTransformer;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.Rematerialization;
import dev.weft.finetune.weights.Decomposer;
import dev.weft.text.TokenizedSet;
import dev.weft.text.Tokenizer;
import dev.weft.text.TokenizerDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A frozen, quantized base model on this machine. Safe for concurrent use and shared by all clients
 * of a process; must outlive every call.
 */
public final class BaseModel implements AutoCloseable {
  private final Arena arena;
  private final Architecture architecture;
  private final ModelConfig config;
  private final Optional<Integer> wantedMicroBatch;
  private final ProcessMemory memory;
  private final Tokenizer tokenizer;
  private final FineTuner tuner;
  private final ModelFacts facts;
  private volatile EngineConfig engine;

  private BaseModel(
      Arena arena,
      Architecture architecture,
      ModelConfig config,
      EngineConfig engine,
      ProcessMemory memory,
      Tokenizer tokenizer,
      FineTuner tuner,
      ModelFacts facts) {
    this.arena = arena;
    this.architecture = architecture;
    this.config = config;
    this.engine = engine;
    this.wantedMicroBatch = engine.microBatch();
    this.memory = memory;
    this.tokenizer = tokenizer;
    this.tuner = tuner;
    this.facts = facts;
  }

  /**
   * Reads, quantizes and uploads a model; takes about a second for the embedded one, more with a
   * correction.
   *
   * @throws WeftException if there is no such model, it cannot be read, or no layer of it matches
   *     the targets, or it does not fit into memory
   */
  public static BaseModel open(ModelConfig wanted, EngineConfig engine) {
    OpenModel files = ModelFiles.open(wanted.source());
    TokenizerDefinition texts = ModelTokenizer.of(files);
    Family family = Families.of(files.architecture());
    ModelConfig config = ModelDefaults.resolve(wanted, files.architecture());
    QuantScheme scheme = QuantSchemes.named(config.quantization().orElseThrow());
    Processor.choose(engine);
    ProcessMemory memory = ProcessMemory.of(engine);
    Arena arena = Arena.open();
    try {
      Kernels kernels = Kernels.ofModel(arena, family.kernel());
      List<LinearSite> sites = Sites.of(config, family);
      FrozenTransformer frozen =
          FrozenTransformer.load(
              arena,
              kernels,
              family,
              new FittingWeights(
                  CorrectedWeights.of(
                      CheckpointWeights.of(files, family, scheme), config, sites, kernels),
                  memory),
              Processor.precision(engine));
      int maxTokens = Math.min(config.maxTokens().orElseThrow(), family.positions());
      return new BaseModel(
          arena,
          files.architecture(),
          config,
          Processor.resolve(engine),
          memory,
          Tokenizer.open(texts, maxTokens),
          new FineTuner(
              frozen, kernels, sites, engine.rematerialization().map(Rematerialization::of)),
          ModelFacts.of(files.name(), scheme.name(), frozen.holding()));
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public ModelFacts facts() {
    return facts;
  }

  /** What kind of network it is. */
  public Architecture architecture() {
    return architecture;
  }

  /** Where its family and its format come from, unless they are Weft's own. */
  public Origins origins() {
    return ModelFamilies.origins(architecture.family())
        .and(QuantSchemes.origins(QuantSchemes.named(config.quantization().orElseThrow())));
  }

  /** The configuration it was opened with, a value in place of every {@code auto}. */
  public ModelConfig config() {
    return config;
  }

  /**
   * How it computes, device and precision in place of {@code auto}, and what {@link #divideMemory}
   * found out.
   */
  public EngineConfig engine() {
    return engine;
  }

  /** What this model can be trained to do. */
  public TaskKind task() {
    return tuner.task();
  }

  /** What turns texts to learn into tokens, dated as the configuration says. */
  public LanguageEncoder encoder() {
    return new LanguageEncoder(tokenizer, config.templateDate().orElseThrow());
  }

  /** One sentence for whatever of the model is not as it should be, though it works. */
  public List<String> warnings() {
    return task() == TaskKind.LANGUAGE && tokenizer.special().ends().isEmpty()
        ? List.of(
            Text.format(
                "%s: no end token is known, so no text learns where to end and none generated ends"
                    + " by itself; name eos_token in tokenizer_config.json or eos_token_id in"
                    + " config.json",
                tokenizer.definition().source()))
        : List.of();
  }

  /** What turns texts into tokens and back. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The way out where texts are cut, as the end of a sentence: no model reads beyond its positions.
   */
  public String roomForLongerTexts() {
    int positions = Families.of(architecture).positions();
    return tokenizer.maxTokens() < positions
        ? Text.format("raise model.max-tokens, up to the model's %d positions", positions)
        : Text.format("shorten them, for the model has no more than %d positions", positions);
  }

  /**
   * That texts are cut so short that nothing is left of them to learn.
   *
   * @param examples which, such as "test examples"
   */
  public WeftException nothingToLearn(String examples) {
    return new WeftException(
        Problem.BAD_DATA,
        Text.format(
            "model.max-tokens: %d leaves nothing to learn of any of the %s; %s",
            tokenizer.maxTokens(), examples, roomForLongerTexts()));
  }

  /** All linear layers that an adapter of this model may attach to, in model order. */
  public List<AdapterTarget.Layer> linears() {
    return tuner.linears();
  }

  /**
   * What adapters of this model attach to.
   *
   * @param classes of the head; ignored by a model that continues text and has none
   */
  public AdapterTarget target(int classes) {
    return tuner.target(classes);
  }

  /**
   * Texts as token ids, cut to the configured length.
   *
   * @param labels class of each text, from 0
   */
  public TokenizedSet tokenize(List<String> texts, int[] labels) {
    return tokenizer.encode(texts, labels);
  }

  /**
   * What an adapter's initialisation must know: one matrix per target layer, or none.
   *
   * @param publicExamples read for statistics of data only; empty if there are none
   * @param classes number of classes of the examples
   * @throws WeftException if the base was quantized in view of an adapter of another start, or a
   *     statistic of data is wanted where there is none
   */
  public List<Tensor> statistic(
      AdapterInit.Statistic statistic,
      Optional<TokenizedSet> publicExamples,
      Seed seed,
      int classes) {
    if (Decomposer.of(config.correction()).isPresent()
        && statistic != AdapterInit.Statistic.QUANTIZATION_RESIDUAL) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "model.correction.scheme: the base counts on an adapter that makes up for the"
              + " quantization error; set method.adapter = loftq, or the scheme to none");
    }
    return switch (statistic) {
      case NONE -> List.of();
      case WEIGHT -> tuner.weights();
      case QUANTIZATION_RESIDUAL -> residuals(classes);
      case GRADIENT_SUM -> tuner.gradientSum(given(publicExamples), seed, classes);
      case ACTIVATION_GRAM -> tuner.activationGrams(given(publicExamples), seed, classes);
    };
  }

  private static TokenizedSet given(Optional<TokenizedSet> publicExamples) {
    return publicExamples.orElseThrow(
        () ->
            new WeftException(
                Problem.INVALID_COMBINATION,
                "data.public-source: names no file, and this start of the adapter is made of public"
                    + " examples; name one, or choose another method.init or method.adapter"));
  }

  /** Read again from the files, so that nobody holds the unquantized weights all the time. */
  private List<Tensor> residuals(int classes) {
    QuantizedCheckpoint original = QuantizedCheckpoint.of(ModelFiles.open(config.source()));
    List<AdapterTarget.Layer> layers = target(classes).layers();
    List<Tensor> held = tuner.weights();
    return IntStream.range(0, layers.size())
        .mapToObj(
            i -> {
              AdapterTarget.Layer layer = layers.get(i);
              Tensor weight = original.linear(layer.name(), layer.out(), layer.in()).decode();
              return weight.minus(held.get(i));
            })
        .toList();
  }

  /**
   * A classification head fitted to the frozen model's embeddings of public examples.
   *
   * @return weight [classes, hidden] and bias [classes] by the names of {@link AdapterTarget.Head}
   */
  public TensorMap headFor(TokenizedSet publicExamples, Seed seed, int classes) {
    return tuner.headFor(publicExamples, seed, classes);
  }

  /**
   * Divides this process's memory between trainings and the states below the adapters. From now on
   * as many states are kept as fit, and no more examples of a step pass the model at once; a later
   * call divides anew.
   *
   * @param sets that go through the model again and again
   * @param training what one training takes
   * @param cores trainings at once if nobody says
   * @param wanted trainings to run at once; empty for as many as cores and fit
   * @throws WeftException if not even one training fits, or not as many as wanted
   */
  public MemoryBudget divideMemory(
      Collection<TokenizedSet> sets, TrainingSize training, int cores, Optional<Integer> wanted) {
    int longest = sets.stream().mapToInt(TokenizedSet::longest).max().orElse(1);
    MemoryBudget budget =
        memory.divide(
            facts.residentBytes(),
            training.batch(),
            most -> tuner.stepBytes(most * training.lanes(), longest) + training.adapterBytes(),
            wantedMicroBatch,
            cores,
            wanted,
            tuner.stateBytes(sets));
    tuner.keepStates(arena, sets, budget.states());
    tuner.passAtMost(
        budget.microBatch() < training.batch() ? budget.microBatch() : Integer.MAX_VALUE);
    engine = engine.withMicroBatch(budget.microBatch());
    return budget;
  }

  /**
   * Trains on the calling thread, with one core. The result is bit-identical for equal jobs,
   * whatever other threads do.
   *
   * @throws dev.weft.finetune.training.TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener) {
    return tuner.train(job, listener);
  }

  /**
   * The same, going on from where it was kept; gives the same bits.
   *
   * @throws dev.weft.finetune.training.TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener, TrainingKeeper keeper) {
    return tuner.train(job, listener, keeper);
  }

  /** See {@link #train(List, StepRules, TrainingListener)}; by plain steps. */
  public List<TrainingResult> train(List<TrainingJob> lanes, TrainingListener listener) {
    return train(lanes, StepRules.PLAIN, listener);
  }

  /**
   * Trains several adapters side by side over one pass through the base, on the calling thread; see
   * {@link FineTuner#train(List, StepRules, TrainingListener)}.
   *
   * @param rules how their steps go
   */
  public List<TrainingResult> train(
      List<TrainingJob> lanes, StepRules rules, TrainingListener listener) {
    return tuner.train(lanes, rules, listener);
  }

  /**
   * Trains with several threads what nothing runs beside; see {@link FineTuner#trainAlone}.
   *
   * @param threads changes nothing but the time
   */
  public TrainingResult trainAlone(TrainingJob job, TrainingListener listener, int threads) {
    return tuner.trainAlone(job, listener, threads);
  }

  /**
   * Measures an adapter on held-out examples.
   *
   * @param threads how many cores to use; changes nothing but the time
   */
  public Evaluation evaluate(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    return tuner.evaluate(adapter, sideDeltas, test, threads);
  }

  /**
   * What {@link #evaluate} is made of, as far as it can be added up over sets.
   *
   * @param threads how many cores to use; changes nothing but the time
   */
  public AnswerCounts count(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    return tuner.count(adapter, sideDeltas, test, threads);
  }

  /**
   * How each held-out example is answered, in order.
   *
   * @param threads how many cores to use; changes nothing but the time
   */
  public List<Task.Answer> answers(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    return tuner.answers(adapter, sideDeltas, test, threads);
  }

  /**
   * Continues a prompt with a language model, on the calling thread.
   *
   * @param prompt token ids, at least one
   * @param most how many tokens to add at most
   * @param listener hears every token; false ends the text
   * @return the tokens added, without the one that ended the text
   */
  public List<Integer> generate(
      Adapter adapter,
      List<SideDelta> sideDeltas,
      int[] prompt,
      int most,
      Sampling sampling,
      IntPredicate listener) {
    long room = memory.room() - facts.residentBytes();
    return tuner.generate(
        adapter, sideDeltas, prompt, most, room, tokenizer.special(), sampling, listener);
  }

  @Override
  public void close() {
    tokenizer.close();
    arena.close();
  }
}
