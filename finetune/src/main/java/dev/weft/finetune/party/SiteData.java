package dev.weft.finetune.party;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.SiteExamples;
import dev.weft.finetune.data.TextExample;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a site trains on, made of its own {@code data.source} and nothing else; or what it measures
 * on, made of its own {@code data.test-source} in the same way.
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
   * @param config the site's; what it says of held-out data does not count for training
   * @param classes agreed for the run, in the order of the head's outputs; empty for a model that
   *     continues text
   * @param seed of the run, by which fewer than all examples are chosen ({@code
   *     data.train-examples})
   * @param mostBad records that may be malformed or of another class, in percent of all; they are
   *     left out
   * @throws WeftException if the source cannot be read or has more of those, or nothing of it is
   *     left to learn
   */
  public static SiteData read(
      BaseModel model, DataConfig config, Optional<LabelSet> classes, Seed seed, double mostBad) {
    return read(model, config, classes, seed, mostBad, "training examples");
  }

  /**
   * Reads and tokenizes a site's own held-out examples, with the same checks; all of them count.
   *
   * @return empty if the site names none
   * @throws WeftException likewise, and if they are what the site trains on
   */
  public static Optional<SiteData> heldOut(
      BaseModel model, DataConfig config, Optional<LabelSet> classes, Seed seed, double mostBad) {
    return config
        .testSource()
        .map(
            source -> {
              requireAnother(source, config.source());
              return read(model, config.ofSource(source), classes, seed, mostBad, "test examples");
            });
  }

  private static void requireAnother(String source, String training) {
    if (isSame(source, training)) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "data.test-source: %s is what data.source names, too, and nobody measures on what was"
                  + " trained on; name another file, or none",
              source));
    }
  }

  private static boolean isSame(String source, String other) {
    try {
      return source.equals(other) || Files.isSameFile(Path.of(source), Path.of(other));
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private static SiteData read(
      BaseModel model,
      DataConfig config,
      Optional<LabelSet> classes,
      Seed seed,
      double mostBad,
      String what) {
    return switch (model.task()) {
      case CLASSIFICATION -> {
        LabelSet labels =
            classes.orElseThrow(
                () -> new IllegalArgumentException("classes: a classifier needs them"));
        yield of(
            config.source(),
            ExampleEncoder.classification(model, labels),
            SiteExamples.labelled(config, labels, seed, mostBad),
            examples -> counts(labels, examples),
            what);
      }
      case LANGUAGE ->
          of(
              config.source(),
              ExampleEncoder.language(model),
              SiteExamples.language(config, seed, mostBad),
              examples -> Map.of(),
              what);
    };
  }

  private static <E> SiteData of(
      String source,
      ExampleEncoder<E> encoder,
      SiteExamples<E> examples,
      Function<List<E>, Map<String, Integer>> classes,
      String what) {
    List<E> chosen = examples.chosen();
    TokenizedSet tokens =
        encoder.encode(chosen).orElseThrow(() -> encoder.model().nothingToLearn(what));
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
