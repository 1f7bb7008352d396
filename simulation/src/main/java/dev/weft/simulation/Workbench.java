package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.MemoryBudget;
import dev.weft.finetune.TrainingSize;
import dev.weft.finetune.data.LabelFile;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.party.HeldOutData;
import dev.weft.finetune.party.StartingPoint;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import dev.weft.simulation.partition.PartitionerCard;
import dev.weft.simulation.partition.Partitioners;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What all runs of one invocation share, so that methods are compared on identical ground: the base
 * model, the split of the data and the clients' shares.
 */
public final class Workbench implements AutoCloseable {
  private static final int MOST_NAMED = 5;

  /** Share of the test examples from which on texts that were trained on show in the result. */
  private static final double FLATTERING = 0.01;

  private final BaseModel model;
  private final PartitionerCard partitioner;
  private final Optional<LabelDistribution> labels;
  private final Map<String, TokenizedSet> clients;
  private final HeldOutData heldOut;
  private final TaskData.Sizes sizes;
  private final List<String> leftOut;
  private final List<String> lookalikes;
  private final List<String> untrained;
  private final int testedOnTrained;
  private final StartingPoint start;
  private final Seed seed;
  private final MemoryBudget memory;

  private Workbench(
      WeftConfig config,
      BaseModel model,
      TaskData<?> data,
      PartitionerCard partitioner,
      Partition partition,
      Seed seed) {
    this.model = model;
    this.partitioner = partitioner;
    this.seed = seed;
    heldOut = data.heldOut();
    sizes = data.sizes();
    labels = data.labels(partition);
    Map<String, TokenizedSet> shares = new LinkedHashMap<>();
    List<String> nothingToLearn = new ArrayList<>();
    for (ClientShare share : partition.clients()) {
      data.tokens(share)
          .ifPresentOrElse(
              tokens -> shares.put(share.name(), tokens), () -> nothingToLearn.add(share.name()));
    }
    if (shares.isEmpty()) {
      throw model.nothingToLearn("training examples");
    }
    clients = Collections.unmodifiableMap(shares);
    leftOut = List.copyOf(nothingToLearn);
    lookalikes = data.lookalikes(partitioner.bySite());
    untrained = data.untrained();
    testedOnTrained = data.testedOnTrained();
    memory = memory(config);
    start = StartingPoint.of(model, heldOut, seed);
  }

  /** What clients and the evaluation of every round use again and again is worth being kept. */
  private MemoryBudget memory(WeftConfig config) {
    List<TokenizedSet> sets = new ArrayList<>(clients.values());
    sets.add(test());
    AdapterForm form = method(config.method()).adapter();
    return model.divideMemory(
        sets,
        TrainingSize.of(
            config.training().batchSize(),
            config.simulation().lanes(),
            Adapter.zeros(form, target()).tensors().elements()),
        Runtime.getRuntime().availableProcessors(),
        config.simulation().parallelism());
  }

  /**
   * Opens the base model, reads the data for its task and deals it to the clients.
   *
   * @throws WeftException if data or model cannot be used as configured
   */
  public static Workbench open(WeftConfig config) {
    Seed seed = new Seed(config.run().seed());
    BaseModel model = BaseModel.open(config.model(), config.engine());
    try {
      TaskData<?> data = TaskData.read(config, model, seed);
      PartitionerCard partitioner =
          Partitioners.card(config.simulation().partition(), data.withClasses());
      Partition partition = Partitioners.deal(partitioner, config.simulation(), data.train(), seed);
      FaultyTrainer.check(
          config.simulation().faults(),
          partition.clients().stream().map(ClientShare::name).toList());
      return new Workbench(config, model, data, partitioner, partition, seed);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  public BaseModel model() {
    return model;
  }

  public Seed seed() {
    return seed;
  }

  /** By whom the examples were dealt. */
  PartitionerCard partitioner() {
    return partitioner;
  }

  /** Every client's training data by its name, in order. */
  public Map<String, TokenizedSet> clients() {
    return clients;
  }

  /** Training examples per client and class; empty where the task has no classes. */
  public Optional<LabelDistribution> labels() {
    return labels;
  }

  /**
   * One sentence for whatever of the model is not as it should be or of the data is not used, for
   * the sites left without any, for texts that are trained and tested on, for classes without
   * training example, and for sites and classes that are easily taken for one.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(model.warnings());
    warnings.addAll(unused());
    warnings.addAll(flattered());
    warnings.addAll(unlearnt());
    warnings.addAll(lookalikes);
    return warnings;
  }

  private List<String> flattered() {
    return testedOnTrained < FLATTERING * sizes.test() || testedOnTrained == 0
        ? List.of()
        : List.of(
            Text.format(
                "data: %d of %d test examples have the text of a training example, which flatters"
                    + " what is measured; remove them from one side",
                testedOnTrained, sizes.test()));
  }

  private List<String> unlearnt() {
    return untrained.isEmpty()
        ? List.of()
        : List.of(
            Text.format(
                "data: no training example has the class%s %s, which nobody can learn then; add"
                    + " some, or leave it out of data.classes and the held-out files",
                untrained.size() == 1 ? "" : "es", names(untrained, "classes")));
  }

  private List<String> unused() {
    int unused = sizes.sum() - trainExamples() - test().size() - publicExamples().size();
    return unused == 0
        ? List.of()
        : List.of(
            Text.format(
                "model.max-tokens: %d leaves nothing to learn of %d of %d examples, which are left"
                    + " out%s; %s",
                model.tokenizer().maxTokens(),
                unused,
                sizes.sum(),
                leftOut.isEmpty() ? "" : ", and with them the whole of " + names(leftOut, "sites"),
                model.roomForLongerTexts()));
  }

  /** The first few, and how many more there are. */
  private static String names(List<String> all, String kind) {
    String first =
        all.stream().limit(MOST_NAMED).map(Text::quoted).collect(Collectors.joining(", "));
    int others = all.size() - MOST_NAMED;
    return others > 0 ? first + " and " + others + " other " + kind : first;
  }

  /** Digest of the test examples' texts. */
  Digest testDigest() {
    return heldOut.testDigest().orElseThrow();
  }

  /** What a head needs besides its tensors; empty where the task has no classes. */
  Optional<LabelFile> labelFile() {
    return heldOut.labelFile();
  }

  /** How many clients the data was dealt to, those left without anything to learn included. */
  int dealtClients() {
    return clients.size() + leftOut.size();
  }

  /** How many examples the parts of the data have, those without anything to learn included. */
  TaskData.Sizes sizes() {
    return sizes;
  }

  /** All clients' training data together; only the centralized reference sees it. */
  public TokenizedSet pooled() {
    return TokenizedSet.concatenation(clients.values());
  }

  /** Number of all clients' training examples. */
  public int trainExamples() {
    return clients.values().stream().mapToInt(TokenizedSet::size).sum();
  }

  /** Training examples of the client that has most. */
  public int largestClient() {
    return clients.values().stream().mapToInt(TokenizedSet::size).max().orElseThrow();
  }

  /** How this process's memory is divided. */
  public MemoryBudget memory() {
    return memory;
  }

  public TokenizedSet test() {
    return heldOut.test().orElseThrow();
  }

  public TokenizedSet publicExamples() {
    return heldOut.publicExamples().orElseThrow();
  }

  public AdapterTarget target() {
    return model.target(heldOut.numberOfClasses());
  }

  /**
   * The configured method for the adapted layers.
   *
   * @throws WeftException if the settings do not go together
   */
  Method method(MethodConfig config) {
    return Methods.resolve(config, target());
  }

  /**
   * The method's state before the first round.
   *
   * @throws WeftException if the rank does not fit the adapted layers
   */
  public GlobalState initialState(Method method) {
    return start.initialState(method);
  }

  /** The classes in the order of the head's outputs; empty where the task has no classes. */
  Optional<List<String>> classes() {
    return heldOut.classes().map(LabelSet::names);
  }

  @Override
  public void close() {
    model.close();
  }
}
