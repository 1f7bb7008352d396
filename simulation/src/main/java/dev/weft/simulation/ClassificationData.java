package dev.weft.simulation;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.DataConfig;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import java.util.List;
import java.util.Optional;

/** Labelled texts for a model with a head. */
final class ClassificationData implements TaskData {
  private final BaseModel model;
  private final LabelSet labels;
  private final List<TextExample> train;
  private final TokenizedSet test;
  private final TokenizedSet publicExamples;

  private ClassificationData(BaseModel model, DataSplit split) {
    this.model = model;
    labels = split.labels();
    train = split.train();
    test = tokens(split.test());
    publicExamples = tokens(split.publicExamples());
  }

  static ClassificationData read(DataConfig config, BaseModel model, Seed seed) {
    return new ClassificationData(model, DataSplit.of(config, seed));
  }

  @Override
  public List<Example> train() {
    return train.stream()
        .map(example -> new Example(example.text(), Optional.of(example.label()), example.client()))
        .toList();
  }

  @Override
  public TokenizedSet tokens(ClientShare share) {
    return tokens(share.examples().stream().map(train::get).toList());
  }

  @Override
  public TokenizedSet test() {
    return test;
  }

  @Override
  public TokenizedSet publicExamples() {
    return publicExamples;
  }

  @Override
  public boolean withClasses() {
    return true;
  }

  @Override
  public Optional<LabelDistribution> labels(Partition partition) {
    return Optional.of(LabelDistribution.of(partition, labels.names(), labels.indices(train)));
  }

  @Override
  public AdapterTarget target() {
    return model.target(labels.size());
  }

  @Override
  public List<Tensor> statistic(AdapterInit.Statistic statistic, Seed seed) {
    return model.statistic(statistic, publicExamples, seed, labels.size());
  }

  @Override
  public TensorMap head(ModelConfig.Head start, Seed seed) {
    return switch (start) {
      case ZEROS -> TensorMap.empty();
      case PUBLIC_EXAMPLES -> model.headFor(publicExamples, seed, labels.size());
    };
  }

  private TokenizedSet tokens(List<TextExample> examples) {
    return model.tokenize(
        examples.stream().map(TextExample::text).toList(), labels.indices(examples));
  }
}
