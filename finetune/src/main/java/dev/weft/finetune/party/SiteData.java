package dev.weft.finetune.party;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.SiteExamples;
import dev.weft.finetune.data.TextExample;
import dev.weft.text.TokenizedSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a site trains on, made of its own {@code data.source} and nothing else.
 *
 * @param tokens in the order of the source
 * @param report what became of every record
 */
public record SiteData(TokenizedSet tokens, DataReport report) {

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
   * @param mostBad records that may be malformed or of another class, in percent of all; they are
   *     left out
   * @throws dev.weft.core.error.WeftException if the source cannot be read or has more of those, or
   *     nothing of it is left to learn
   */
  public static SiteData read(
      BaseModel model, DataConfig config, Optional<LabelSet> classes, Seed seed, double mostBad) {
    return switch (model.task()) {
      case CLASSIFICATION -> {
        LabelSet labels =
            classes.orElseThrow(
                () -> new IllegalArgumentException("classes: a classifier needs them"));
        yield of(
            config.source(),
            ExampleEncoder.classification(model, labels),
            SiteExamples.labelled(config, labels, seed, mostBad),
            examples -> counts(labels, examples));
      }
      case LANGUAGE ->
          of(
              config.source(),
              ExampleEncoder.language(model),
              SiteExamples.language(config, seed, mostBad),
              examples -> Map.of());
    };
  }

  private static <E> SiteData of(
      String source,
      ExampleEncoder<E> encoder,
      SiteExamples<E> examples,
      Function<List<E>, Map<String, Integer>> classes) {
    List<E> chosen = examples.chosen();
    TokenizedSet tokens =
        encoder
            .encode(chosen)
            .orElseThrow(() -> encoder.model().nothingToLearn("training examples"));
    return new SiteData(
        tokens,
        new DataReport(
            source,
            examples.malformed(),
            examples.foreign(),
            examples.usable() - chosen.size(),
            chosen.size() - tokens.size(),
            tokens.size(),
            classes.apply(chosen)));
  }

  private static Map<String, Integer> counts(LabelSet labels, List<TextExample> examples) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    labels.names().forEach(name -> counts.put(name, 0));
    examples.forEach(example -> counts.merge(example.label(), 1, Integer::sum));
    return counts;
  }
}
