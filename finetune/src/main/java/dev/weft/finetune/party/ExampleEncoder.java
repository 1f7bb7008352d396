package dev.weft.finetune.party;

import dev.weft.core.Digest;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.HeldOut;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.TextExample;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How examples of one task become tokens of one model. Every party has this one way, so that equal
 * examples are equal tokens wherever they lie.
 *
 * @param <E> the task's kind of example
 */
public final class ExampleEncoder<E> {
  private final BaseModel model;
  private final Optional<LabelSet> classes;
  private final Function<List<E>, Digest> digest;
  private final Function<List<E>, Optional<TokenizedSet>> tokens;

  private ExampleEncoder(
      BaseModel model,
      Optional<LabelSet> classes,
      Function<List<E>, Digest> digest,
      Function<List<E>, Optional<TokenizedSet>> tokens) {
    this.model = model;
    this.classes = classes;
    this.digest = digest;
    this.tokens = tokens;
  }

  /** Labelled texts for a model with a head. */
  public static ExampleEncoder<TextExample> classification(BaseModel model, LabelSet labels) {
    return new ExampleEncoder<>(
        model,
        Optional.of(labels),
        HeldOut::digest,
        examples ->
            Optional.of(
                model.tokenize(
                    examples.stream().map(TextExample::text).toList(), labels.indices(examples))));
  }

  /** Texts and conversations for a model that continues text. */
  public static ExampleEncoder<LanguageExample> language(BaseModel model) {
    LanguageEncoder encoder = model.encoder();
    return new ExampleEncoder<>(
        model,
        Optional.empty(),
        HeldOut::digestOfLanguage,
        examples -> encoder.encode(examples).set());
  }

  BaseModel model() {
    return model;
  }

  /** Empty for a model that continues text, which has no head either. */
  public Optional<LabelSet> classes() {
    return classes;
  }

  /**
   * Tokens of examples, in their order; those that have nothing to learn are left out.
   *
   * @return empty if none is left
   */
  public Optional<TokenizedSet> encode(List<E> examples) {
    return examples.isEmpty() ? Optional.empty() : tokens.apply(examples);
  }

  /** Digest of texts, whatever their labels. */
  public Digest digest(List<E> examples) {
    return digest.apply(examples);
  }
}
