package dev.weft.finetune.party;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.SiteExamples;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;

/**
 * What a site trains on, made of its own {@code data.source} and nothing else.
 *
 * @param tokens in the order of the source
 * @param read how many examples were chosen to train on
 */
public record SiteData(TokenizedSet tokens, int read) {

  /**
   * Reads and tokenizes a site's own source. The tokens are those of the client of that name in a
   * simulation that deals by column a source with the same rows, if nothing is held out of it
   * ({@code data.test-source} and {@code data.public-source}).
   *
   * @param config the site's; what it says of held-out data does not count here
   * @param classes agreed for the run, in the order of the head's outputs; empty for a model that
   *     continues text
   * @param seed of the run, by which fewer than all examples are chosen ({@code
   *     data.train-examples})
   * @throws dev.weft.core.error.WeftException if the source cannot be read or has an example of
   *     another class, or nothing of it is left to learn
   */
  public static SiteData read(
      BaseModel model, DataConfig config, Optional<LabelSet> classes, Seed seed) {
    return switch (model.task()) {
      case CLASSIFICATION -> {
        LabelSet labels =
            classes.orElseThrow(
                () -> new IllegalArgumentException("classes: a classifier needs them"));
        yield of(
            ExampleEncoder.classification(model, labels),
            SiteExamples.labelled(config, labels, seed));
      }
      case LANGUAGE -> of(ExampleEncoder.language(model), SiteExamples.language(config, seed));
    };
  }

  private static <E> SiteData of(ExampleEncoder<E> encoder, List<E> examples) {
    TokenizedSet tokens =
        encoder
            .encode(examples)
            .orElseThrow(() -> encoder.model().nothingToLearn("training examples"));
    return new SiteData(tokens, examples.size());
  }

  /** Examples that have nothing to learn, for {@code model.max-tokens} cuts it away. */
  public int leftOut() {
    return read - tokens.size();
  }
}
