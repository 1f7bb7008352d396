package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.DataConfig;
import dev.weft.core.config.SimulationConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.registry.Origins;
import dev.weft.federation.Ground;
import dev.weft.federation.report.LabelDistribution;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.MemoryBudget;
import dev.weft.finetune.TrainingSize;
import dev.weft.finetune.data.DataSources;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.party.HeldOutData;
import dev.weft.finetune.party.StartingPoint;
import dev.weft.simulation.partition.ClientShare;
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
public final class Workbench implements Ground, AutoCloseable {
  private static final int MOST_NAMED = 5;

  /** Share of the test examples from which on texts that were trained on show in the result. */
  private static final double FLATTERING = 0.01;

  private final BaseModel model;
  private final DataConfig data;
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
      TaskData<?> examples,
      PartitionerCard partitioner,
      Partition partition,
      Seed seed) {
    this.model = model;
    this.data = config.data();
    this.partitioner = partitioner;
    this.seed = seed;
    heldOut = examples.heldOut();
    sizes = examples.sizes();
    labels = examples.labels(partition);
    Map<String, TokenizedSet> shares = new LinkedHashMap<>();
    List<String> nothingToLearn = new ArrayList<>();
    for (ClientShare share : partition.clients()) {
      examples
          .tokens(share)
          .ifPresentOrElse(
              tokens -> shares.put(share.name(), tokens), () -> nothingToLearn.add(share.name()));
    }
    if (shares.isEmpty()) {
      throw model.nothingToLearn("training examples");
    }
    clients = Collections.unmodifiableMap(shares);
    leftOut = List.copyOf(nothingToLearn);
    lookalikes = examples.lookalikes(partitioner.bySite());
    untrained = examples.untrained();
    testedOnTrained = examples.testedOnTrained();
    memory = memory(config);
    start = StartingPoint.of(model, heldOut, seed);
  }

  /** What clients and the evaluation of every round use again and again is worth being kept. */
  private MemoryBudget memory(WeftConfig config) {
    List<TokenizedSet> sets = new ArrayList<>(clients.values());
    sets.add(test());
    AdapterTarget target = model.target(heldOut.numberOfClasses());
    AdapterForm form = Methods.resolve(config.method(), target).adapter();
    return model.divideMemory(
        sets,
        TrainingSize.of(
            config.training().batchSize(),
            config.simulation().lanes(),
            Adapter.zeros(form, target).tensors().elements()),
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

  @Override
  public BaseModel model() {
    return model;
  }

  @Override
  public Seed seed() {
    return seed;
  }

  /** Every client's training data by its name, in order. */
  public Map<String, TokenizedSet> clients() {
    return clients;
  }

  /** Training examples per client and class; empty where the task has no classes. */
  @Override
  public Optional<LabelDistribution> labels() {
    return labels;
  }

  /**
   * One sentence for whatever of the model is not as it should be or of the data is not used, for
   * the sites left without any, for texts that are trained and tested on, for classes without
   * training example, and for sites and classes that are easily taken for one.
   */
  @Override
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

  /** How many clients the data was dealt to, those left without anything to learn included. */
  @Override
  public int named() {
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

  /** How this process's memory is divided. */
  /** The same faults would come again. */
  @Override
  public int suitableAttempts() {
    return 1;
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  public TokenizedSet test() {
    return heldOut.test().orElseThrow();
  }

  public TokenizedSet publicExamples() {
    return heldOut.publicExamples().orElseThrow();
  }

  @Override
  public HeldOutData heldOut() {
    return heldOut;
  }

  @Override
  public StartingPoint startingPoint() {
    return start;
  }

  @Override
  public Map<String, Integer> members() {
    Map<String, Integer> members = new LinkedHashMap<>();
    clients.forEach((name, examples) -> members.put(name, examples.size()));
    return members;
  }

  /** Simulated clients have no held-out examples of their own. */
  @Override
  public boolean asksSites() {
    return false;
  }

  @Override
  public Map<String, String> facts() {
    Digest.Builder training = Digest.builder();
    clients.forEach((name, examples) -> training.add(name).add(examples.digest()));
    return Map.of(
        "data (training)",
        training.build().brief(),
        "data (test)",
        heldOut.testDigest().orElseThrow().brief());
  }

  @Override
  public Origins origins() {
    return DataSources.origins(data).and(Partitioners.origins(partitioner));
  }

  @Override
  public WeftConfig resolved(WeftConfig config) {
    return config.with(resolved(config.data()), resolved(config.simulation()));
  }

  private DataConfig resolved(DataConfig config) {
    return new DataConfig(
        config.source(),
        config.testSource(),
        config.publicSource(),
        heldOut.classes().map(LabelSet::names),
        Optional.of(sizes.train()),
        Optional.of(sizes.test()),
        Optional.of(sizes.publicExamples()),
        config.textColumn(),
        config.labelColumn(),
        config.clientColumn());
  }

  private SimulationConfig resolved(SimulationConfig config) {
    return new SimulationConfig(
        Optional.of(named()),
        Optional.of(memory.workers()),
        config.lanes(),
        new SimulationConfig.Partition(Optional.of(partitioner.name()), config.partition().alpha()),
        config.centralizedReference(),
        config.faults());
  }

  @Override
  public void close() {
    model.close();
  }
}
