package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.List;

/**
 * What a site trains on: its own source and nothing else. Nothing of it is held out, since held-out
 * examples are the coordinator's. Examples are in the order of the source; where {@code
 * data.train-examples} asks for fewer than there are, they are those of {@link Division}.
 *
 * @param chosen to train on
 * @param usable records of the source, chosen or not
 * @param malformed records that could not be read
 * @param foreign records of a class that was not agreed
 */
public record SiteExamples<E>(List<E> chosen, int usable, int malformed, int foreign) {

  public SiteExamples {
    chosen = List.copyOf(chosen);
  }

  /**
   * Labelled texts.
   *
   * @param classes agreed for the run
   * @param seed by which fewer than all are chosen
   * @param mostBad how many records may be bad, in percent; others are left out
   * @throws WeftException if the source cannot be read, has fewer examples than are asked for, or
   *     more records that are malformed or of another class
   */
  public static SiteExamples<TextExample> labelled(
      DataConfig config, LabelSet classes, Seed seed, double mostBad) {
    BadRecords bad = new BadRecords(config.source(), mostBad);
    List<TextExample> read = DataSources.labelled(config.source(), config, bad);
    int malformed = bad.count();
    List<TextExample> usable = read;
    if (mostBad == 0) {
      classes.requireAgreed(Division.of(config, Aside.NOTHING, read, seed).train());
    } else {
      usable = read.stream().filter(example -> classes.find(example.label()).isPresent()).toList();
      foreign(read, usable, classes, bad);
    }
    bad.require(usable.size());
    return new SiteExamples<>(
        Division.of(config, Aside.NOTHING, usable, seed).train(),
        usable.size(),
        malformed,
        read.size() - usable.size());
  }

  private static void foreign(
      List<TextExample> read, List<TextExample> usable, LabelSet classes, BadRecords bad) {
    if (usable.size() < read.size()) {
      try {
        classes.requireAgreed(read);
      } catch (WeftException e) {
        bad.add(e, read.size() - usable.size());
      }
    }
  }

  /** Texts to learn to write; throws likewise. */
  public static SiteExamples<LanguageExample> language(
      DataConfig config, Seed seed, double mostBad) {
    BadRecords bad = new BadRecords(config.source(), mostBad);
    List<LanguageExample> usable = DataSources.language(config.source(), config, bad);
    bad.require(usable.size());
    return new SiteExamples<>(
        Division.ofTexts(config, Aside.NOTHING, usable, seed).train(),
        usable.size(),
        bad.count(),
        0);
  }
}
