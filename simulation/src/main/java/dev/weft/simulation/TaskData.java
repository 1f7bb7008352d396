package dev.weft.simulation;

import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Partition;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What depends on the model's task: which examples there are and how they become tokens. Holds all
 * texts; whoever has the tokens lets go of it.
 *
 * @param <E> the task's kind of example
 */
final class TaskData<E> {
  private final BaseModel model;
  private final Optional<LabelSet> classes;
  private final Parts<E> parts;
  private final Function<E, Example> dealt;
  private final Function<List<E>, TokenizedSet> encoder;
  private final TokenizedSet test;
  private final TokenizedSet publicExamples;

  /**
   * @param classes empty for a model that continues text, which has no head either
   * @param dealt what a partitioner may know of an example
   * @param encoder may leave out examples that have nothing to learn
   */
  private TaskData(
      BaseModel model,
      Optional<LabelSet> classes,
      Parts<E> parts,
      Function<E, Example> dealt,
      Function<List<E>, TokenizedSet> encoder) {
    this.model = model;
    this.classes = classes;
    this.parts = parts;
    this.dealt = dealt;
    this.encoder = encoder;
    test = encoder.apply(parts.test());
    publicExamples = encoder.apply(parts.publicExamples());
  }

  /**
   * Reads and splits what the configuration names.
   *
   * @throws dev.weft.core.error.WeftException if the data cannot be used for the model's task
   */
  static TaskData<?> read(WeftConfig config, BaseModel model, Seed seed) {
    return switch (model.task()) {
      case CLASSIFICATION -> classification(model, DataSplit.of(config.data(), seed));
      case LANGUAGE -> language(model, Parts.ofLanguage(config.data(), seed));
    };
  }

  /** Labelled texts for a model with a head. */
  private static TaskData<TextExample> classification(BaseModel model, DataSplit split) {
    LabelSet labels = split.labels();
    return new TaskData<>(
        model,
        Optional.of(labels),
        split.parts(),
        example -> new Example(example.text(), Optional.of(example.label()), example.client()),
        examples ->
            model.tokenize(
                examples.stream().map(TextExample::text).toList(), labels.indices(examples)));
  }

  /** Texts and conversations for a model that continues text. */
  private static TaskData<LanguageExample> language(BaseModel model, Parts<LanguageExample> parts) {
    LanguageEncoder encoder = model.encoder();
    return new TaskData<>(
        model,
        Optional.empty(),
        parts,
        example -> new Example(beginning(example), Optional.empty(), example.client()),
        examples -> encoder.encode(examples).set());
  }

  private static String beginning(LanguageExample example) {
    return example instanceof LanguageExample.PlainText plain
        ? plain.text()
        : ((LanguageExample.Conversation) example).turns().get(0).content();
  }

  /** What clients share out among themselves, in an order that a {@link ClientShare} refers to. */
  List<Example> train() {
    return parts.train().stream().map(dealt).toList();
  }

  /** A client's part of {@link #train}. */
  TokenizedSet tokens(ClientShare share) {
    return encoder.apply(share.examples().stream().map(parts.train()::get).toList());
  }

  TokenizedSet test() {
    return test;
  }

  /** Held out for starting points that need data; no client's and not in {@link #test}. */
  TokenizedSet publicExamples() {
    return publicExamples;
  }

  /** Examples of all parts, those without anything to learn included. */
  int examples() {
    return parts.train().size() + parts.test().size() + parts.publicExamples().size();
  }

  /** Whether examples have classes. */
  boolean withClasses() {
    return classes.isPresent();
  }

  /** Training examples per client and class; empty where the task has no classes. */
  Optional<LabelDistribution> labels(Partition partition) {
    return classes.map(
        labels ->
            LabelDistribution.of(
                partition,
                labels.names(),
                train().stream()
                    .mapToInt(example -> labels.index(example.label().orElseThrow()))
                    .toArray()));
  }

  /** The head's named tensors before the first round; empty for all zero or no head. */
  TensorMap head(ModelConfig.Head start, Seed seed) {
    return withClasses() && start == ModelConfig.Head.PUBLIC_EXAMPLES
        ? model.headFor(publicExamples, seed, numberOfClasses())
        : TensorMap.empty();
  }

  /** 0 for a model that continues text. */
  int numberOfClasses() {
    return classes.map(LabelSet::size).orElse(0);
  }
}
