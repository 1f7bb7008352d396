package dev.weft.federation.coordinator;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.config.DataConfig;
import dev.weft.core.config.WeftConfig;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What a run of real sites stands on: no example of theirs is here. */
final class SitesGround implements Ground, AutoCloseable {
  private final WeftConfig config;
  private final BaseModel model;
  private final HeldOutData heldOut;
  private final StartingPoint start;
  private final Seed seed;
  private final MemoryBudget memory;
  private SortedMap<String, Integer> members = Collections.emptySortedMap();

  private SitesGround(WeftConfig config, BaseModel model, HeldOutData heldOut) {
    this.config = config;
    this.model = model;
    this.heldOut = heldOut;
    this.seed = new Seed(config.run().seed());
    this.memory =
        model.divideMemory(
            heldOut.test().stream().toList(),
            TrainingSize.of(config.training().batchSize(), 1, 0),
            Runtime.getRuntime().availableProcessors(),
            config.simulation().parallelism());
    this.start = StartingPoint.of(model, heldOut, seed);
  }

  /**
   * Opens the base model and reads what is held out.
   *
   * @throws dev.weft.core.error.WeftException if they cannot be used as configured
   */
  static SitesGround open(WeftConfig config) {
    BaseModel model = BaseModel.open(config.model(), config.engine());
    try {
      return new SitesGround(config, model, HeldOutData.read(model, config.data()));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The run's sites, once they are ready. */
  void gathered(SortedMap<String, Integer> sites) {
    members = sites;
  }

  /** Numbers in the largest adapter that a site trains. */
  long adapterValues() {
    AdapterForm form = method(config.method()).adapter();
    return Adapter.zeros(form, target()).tensors().elements();
  }

  @Override
  public BaseModel model() {
    return model;
  }

  @Override
  public Seed seed() {
    return seed;
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
    return members;
  }

  @Override
  public int named() {
    return members.size();
  }

  /** What a site suffers may be over in a while. */
  @Override
  public int suitableAttempts() {
    return 10;
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  @Override
  public List<String> warnings() {
    return model.warnings();
  }

  /** Only each site knows its own. */
  @Override
  public Optional<LabelDistribution> labels() {
    return Optional.empty();
  }

  @Override
  public boolean asksSites() {
    return config.run().evaluateAtSites();
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    heldOut.testDigest().ifPresent(digest -> facts.put("data (test)", digest.brief()));
    return facts;
  }

  @Override
  public Origins origins() {
    return DataSources.origins(config.data());
  }

  @Override
  public WeftConfig resolved(WeftConfig whole) {
    return whole.with(resolved(whole.data()), whole.simulation());
  }

  private DataConfig resolved(DataConfig data) {
    return new DataConfig(
        data.source(),
        data.testSource(),
        data.publicSource(),
        heldOut.classes().map(LabelSet::names),
        data.trainExamples(),
        data.testExamples(),
        data.publicExamples(),
        data.textColumn(),
        data.labelColumn(),
        data.clientColumn());
  }

  @Override
  public void close() {
    model.close();
  }
}
