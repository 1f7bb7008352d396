package dev.weft.simulation;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import dev.weft.simulation.partition.Partitioner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all runs of one invocation share, so that methods are compared on identical ground: the base
 * model, the split of the data and the clients' shares.
 */
public final class Workbench implements AutoCloseable {
  private final BaseModel model;
  private final LabelSet labels;
  private final Map<String, TokenizedSet> clients;
  private final LabelDistribution distribution;
  private final TokenizedSet pooled;
  private final TokenizedSet test;
  private final TokenizedSet publicExamples;
  private final TensorMap head;
  private final Seed seed;

  private Workbench(
      ModelConfig config, BaseModel model, DataSplit split, Partition partition, Seed seed) {
    this.model = model;
    this.seed = seed;
    labels = split.labels();
    distribution = partition.labelDistribution(labels);
    Map<String, TokenizedSet> shares = new LinkedHashMap<>();
    for (ClientShare share : partition.clients()) {
      shares.put(share.name(), tokenize(share.examples()));
    }
    clients = Collections.unmodifiableMap(shares);
    pooled = TokenizedSet.concatenation(clients.values());
    test = tokenize(split.test());
    publicExamples = tokenize(split.publicExamples());
    head =
        switch (config.head()) {
          case ZEROS -> TensorMap.empty();
          case PUBLIC_EXAMPLES -> model.headFor(publicExamples, seed, labels.size());
        };
  }

  /**
   * Reads the data, deals it to the clients and opens the base model.
   *
   * @throws WeftException if data or model cannot be used as configured
   */
  public static Workbench open(WeftConfig config) {
    Seed seed = new Seed(config.run().seed());
    DataSplit split = DataSplit.of(config.data(), seed);
    Partition partition = Partitioner.of(config.simulation()).partition(split.train(), seed);
    FaultyTrainer.check(
        config.simulation().faults(), partition.clients().stream().map(ClientShare::name).toList());
    BaseModel model = BaseModel.open(config.model());
    try {
      return new Workbench(config.model(), model, split, partition, seed);
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

  public LabelSet labels() {
    return labels;
  }

  /** Every client's training data by its name, in order. */
  public Map<String, TokenizedSet> clients() {
    return clients;
  }

  public LabelDistribution distribution() {
    return distribution;
  }

  /** All clients' training data together; only the centralized reference sees it. */
  public TokenizedSet pooled() {
    return pooled;
  }

  public TokenizedSet test() {
    return test;
  }

  public TokenizedSet publicExamples() {
    return publicExamples;
  }

  public AdapterTarget target() {
    return model.target(labels.size());
  }

  /**
   * The method's state before the first round. A statistic that needs data is taken from held-out
   * public examples, never from a client.
   *
   * @throws WeftException if the rank does not fit the adapted layers
   */
  public GlobalState initialState(Method method) {
    AdapterTarget target = target();
    if (method.adapter().rank() > target.largestRank()) {
      throw new WeftException(
          Problem.RANK_TOO_LARGE,
          "method.rank: %d is larger than the adapted layers allow; choose at most %d"
              .formatted(method.adapter().rank(), target.largestRank()));
    }
    GlobalState state =
        method
            .init()
            .initialise(
                method.adapter(),
                target,
                seed.of("adapter"),
                model.statistic(method.init().statistic(), publicExamples, seed, labels.size()));
    return head.isEmpty() ? state : state.with(head, Part.HEAD);
  }

  @Override
  public void close() {
    model.close();
  }

  private TokenizedSet tokenize(List<TextExample> examples) {
    return model.tokenize(
        examples.stream().map(TextExample::text).toList(), labels.indices(examples));
  }
}
