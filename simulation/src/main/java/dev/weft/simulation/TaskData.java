package dev.weft.simulation;

import dev.weft.core.Digest;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.random.Seed;
import dev.weft.federation.report.LabelDistribution;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.party.ExampleEncoder;
import dev.weft.finetune.party.HeldOutData;
import dev.weft.simulation.partition.ClientShare;
import dev.weft.simulation.partition.Example;
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
  private final Parts<E> parts;
  private final Function<E, Example> dealt;
  private final ExampleEncoder<E> encoder;
  private final HeldOutData heldOut;

  /**
   * @param dealt what a partitioner may know of an example
   * @param encoder may leave out examples that have nothing to learn
   */
  private TaskData(Parts<E> parts, Function<E, Example> dealt, ExampleEncoder<E> encoder) {
    this.parts = parts;
    this.dealt = dealt;
    this.encoder = encoder;
    heldOut = HeldOutData.of(encoder, parts.test(), parts.publicExamples());
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
    return new TaskData<>(
        split.parts(),
        example -> new Example(example.place(), Optional.of(example.label()), example.client()),
        ExampleEncoder.classification(model, split.labels()));
  }

  /** Texts and conversations for a model that continues text. */
  private static TaskData<LanguageExample> language(BaseModel model, Parts<LanguageExample> parts) {
    return new TaskData<>(
        parts,
        example -> new Example(example.place(), Optional.empty(), example.client()),
        ExampleEncoder.language(model));
  }

  /** What clients share out among themselves, in an order that a {@link ClientShare} refers to. */
  List<Example> train() {
    return parts.train().stream().map(dealt).toList();
  }

  /** A client's part of {@link #train}; empty if it holds nothing to learn. */
  Optional<TokenizedSet> tokens(ClientShare share) {
    return encoder.encode(share.examples().stream().map(parts.train()::get).toList());
  }

  /** What is the coordinator's and no client's. */
  HeldOutData heldOut() {
    return heldOut;
  }

  /** Test examples whose text a training example has, too. */
  int testedOnTrained() {
    Set<Digest> trained =
        parts.train().stream()
            .map(example -> encoder.digest(List.of(example)))
            .collect(Collectors.toSet());
    return (int)
        parts.test().stream()
            .filter(example -> trained.contains(encoder.digest(List.of(example))))
            .count();
  }

  /** Classes that were agreed on and that no client can learn. */
  List<String> untrained() {
    Set<String> trained =
        train().stream().flatMap(example -> example.label().stream()).collect(Collectors.toSet());
    return encoder.classes().map(LabelSet::names).orElse(List.of()).stream()
        .filter(name -> !trained.contains(name))
        .toList();
  }

  /** One sentence for sites, where the data deals by them, and classes that are easily confused. */
  List<String> lookalikes(boolean dealtBySite) {
    Stream<String> sites =
        dealtBySite
            ? train().stream().flatMap(example -> example.client().stream()).distinct()
            : Stream.of();
    List<String> warnings = new ArrayList<>(Lookalikes.warnings("sites", sites.toList()));
    warnings.addAll(
        Lookalikes.warnings("classes", encoder.classes().map(LabelSet::names).orElse(List.of())));
    return warnings;
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
    return encoder.classes().isPresent();
  }

  /** Training examples per client and class; empty where the task has no classes. */
  Optional<LabelDistribution> labels(Partition partition) {
    return encoder
        .classes()
        .map(
            labels ->
                partition.distribution(
                    labels.names(),
                    train().stream()
                        .mapToInt(example -> labels.index(example.label().orElseThrow()))
                        .toArray()));
  }
}
