package dev.weft.simulation;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.DataConfig;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import java.util.List;
import java.util.Optional;

/** Texts and conversations for a model that continues text; it has neither classes nor a head. */
final class LanguageData implements TaskData {
  private static final int NO_CLASSES = 0;

  private final BaseModel model;
  private final LanguageEncoder encoder;
  private final List<LanguageExample> train;
  private final TokenizedSet test;
  private final TokenizedSet publicExamples;

  private LanguageData(BaseModel model, LanguageEncoder encoder, Parts<LanguageExample> parts) {
    this.model = model;
    this.encoder = encoder;
    train = parts.train();
    test = tokens(parts.test());
    publicExamples = tokens(parts.publicExamples());
  }

  static LanguageData read(DataConfig config, BaseModel model, Seed seed) {
    return new LanguageData(
        model, new LanguageEncoder(model.tokenizer()), Parts.ofLanguage(config, seed));
  }

  @Override
  public List<Example> train() {
    return train.stream()
        .map(example -> new Example(beginning(example), Optional.empty(), example.client()))
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
    return false;
  }

  @Override
  public Optional<LabelDistribution> labels(Partition partition) {
    return Optional.empty();
  }

  @Override
  public AdapterTarget target() {
    return model.target(NO_CLASSES);
  }

  @Override
  public List<Tensor> statistic(AdapterInit.Statistic statistic, Seed seed) {
    return model.statistic(statistic, publicExamples, seed, NO_CLASSES);
  }

  @Override
  public TensorMap head(ModelConfig.Head start, Seed seed) {
    return TensorMap.empty();
  }

  private TokenizedSet tokens(List<LanguageExample> examples) {
    return encoder.encode(examples).set();
  }

  private static String beginning(LanguageExample example) {
    return example instanceof LanguageExample.PlainText plain
        ? plain.text()
        : ((LanguageExample.Conversation) example).turns().get(0).content();
  }
}
