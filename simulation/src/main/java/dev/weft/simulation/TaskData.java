package dev.weft.simulation;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import java.util.List;
import java.util.Optional;

/**
 * What depends on the model's task: which examples there are, how they become tokens and what an
 * adapter of the model attaches to.
 */
interface TaskData {

  /**
   * Reads and splits what the configuration names.
   *
   * @throws dev.weft.core.error.WeftException if the data cannot be used for the model's task
   */
  static TaskData read(WeftConfig config, BaseModel model, Seed seed) {
    return switch (model.task()) {
      case CLASSIFICATION -> ClassificationData.read(config.data(), model, seed);
      case LANGUAGE -> LanguageData.read(config.data(), model, seed);
    };
  }

  /** What clients share out among themselves, in an order that a {@link ClientShare} refers to. */
  List<Example> train();

  /** A client's part of {@link #train}. */
  TokenizedSet tokens(ClientShare share);

  TokenizedSet test();

  /** Held out for starting points that need data; no client's and not in {@link #test}. */
  TokenizedSet publicExamples();

  /** Whether examples have classes. */
  boolean withClasses();

  /** Training examples per client and class; empty where the task has no classes. */
  Optional<LabelDistribution> labels(Partition partition);

  AdapterTarget target();

  /** What an adapter's initialisation must know: one matrix per target layer, or none. */
  List<Tensor> statistic(AdapterInit.Statistic statistic, Seed seed);

  /** The head's named tensors before the first round; empty for all zero or no head. */
  TensorMap head(ModelConfig.Head start, Seed seed);
}
