package dev.weft.simulation;

import dev.weft.core.Digest;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.HeldOut;
import dev.weft.finetune.data.LabelFile;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.data.TextExample;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
import dev.weft.simulation.partition.LabelDistribution;
import dev.weft.simulation.partition.Lookalikes;
import dev.weft.simulation.partition.Partition;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private final Function<List<E>, Digest> digest;
  private final Function<List<E>, Optional<TokenizedSet>> encoder;
  private final TokenizedSet test;
  private final TokenizedSet publicExamples;

  /**
   * @param classes empty for a model that continues text, which has no head either
   * @param dealt what a partitioner may know of an example
   * @param digest of examples' texts
   * @param encoder may leave out examples that have nothing to learn
   */
  private TaskData(
      BaseModel model,
      Optional<LabelSet> classes,
      Parts<E> parts,
      Function<E, Example> dealt,
      Function<List<E>, Digest> digest,
      Function<List<E>, Optional<TokenizedSet>> encoder) {
    this.model = model;
    this.classes = classes;
    this.parts = parts;
    this.dealt = dealt;
    this.digest = digest;
    this.encoder = encoder;
    test = encoder.apply(parts.test()).orElseThrow(() -> model.nothingToLearn("test examples"));
    publicExamples =
        encoder
            .apply(parts.publicExamples())
            .orElseThrow(() -> model.nothingToLearn("public examples"));
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
        example -> new Example(example.place(), Optional.of(example.label()), example.client()),
        HeldOut::digest,
        examples ->
            Optional.of(
                model.tokenize(
                    examples.stream().map(TextExample::text).toList(), labels.indices(examples))));
  }

  /** Texts and conversations for a model that continues text. */
  private static TaskData<LanguageExample> language(BaseModel model, Parts<LanguageExample> parts) {
    LanguageEncoder encoder = model.encoder();
    return new TaskData<>(
        model,
        Optional.empty(),
        parts,
        example -> new Example(example.place(), Optional.empty(), example.client()),
        HeldOut::digestOfLanguage,
        examples -> encoder.encode(examples).set());
  }

  /** What clients share out among themselves, in an order that a {@link ClientShare} refers to. */
  List<Example> train() {
    return parts.train().stream().map(dealt).toList();
  }

  /** A client's part of {@link #train}; empty if it holds nothing to learn. */
  Optional<TokenizedSet> tokens(ClientShare share) {
    return encoder.apply(share.examples().stream().map(parts.train()::get).toList());
  }

  TokenizedSet test() {
    return test;
  }

  /** Held out for starting points that need data; no client's and not in {@link #test}. */
  TokenizedSet publicExamples() {
    return publicExamples;
  }

  /** Test examples whose text a training example has, too. */
  int testedOnTrained() {
    Set<Digest> trained =
        parts.train().stream()
            .map(example -> digest.apply(List.of(example)))
            .collect(Collectors.toSet());
    return (int)
        parts.test().stream()
            .filter(example -> trained.contains(digest.apply(List.of(example))))
            .count();
  }

  /** One sentence for sites, where the data deals by them, and classes that are easily confused. */
  List<String> lookalikes(boolean dealtBySite) {
    Stream<String> sites =
        dealtBySite
            ? train().stream().flatMap(example -> example.client().stream()).distinct()
            : Stream.of();
    List<String> warnings = new ArrayList<>(Lookalikes.warnings("sites", sites.toList()));
    warnings.addAll(Lookalikes.warnings("classes", classes.map(LabelSet::names).orElse(List.of())));
    return warnings;
  }

  /** Digest of the test examples' texts. */
  Digest testDigest() {
    return digest.apply(parts.test());
  }

  /** What a head needs besides its tensors; empty where the task has no classes. */
  Optional<LabelFile> labelFile() {
    return classes.map(labels -> new LabelFile(labels, model.tokenizer().maxTokens()));
  }

  /** How many examples each part has, those without anything to learn included. */
  Sizes sizes() {
    return new Sizes(parts.train().size(), parts.test().size(), parts.publicExamples().size());
  }

  record Sizes(int train, int test, int publicExamples) {
    int sum() {
      return train + test + publicExamples;
    }
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
