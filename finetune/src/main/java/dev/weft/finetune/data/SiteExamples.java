package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import java.util.List;

/**
 * What a site trains on: its own source and nothing else. Nothing of it is held out, since held-out
 * examples are the coordinator's. Examples are in the order of the source; where {@code
 * data.train-examples} asks for fewer than there are, they are those of {@link Division}.
 */
public final class SiteExamples {
  private SiteExamples() {}

  /**
   * Labelled texts.
   *
   * @param classes agreed for the run
   * @param seed by which fewer than all are chosen
   * @throws dev.weft.core.error.WeftException if the source cannot be read, has fewer examples than
   *     are asked for, or one of another class
   */
  public static List<TextExample> labelled(DataConfig config, LabelSet classes, Seed seed) {
    List<TextExample> own = Division.ofLabelled(config, Aside.NOTHING, seed).train();
    classes.requireAgreed(own);
    return own;
  }

  /** Texts to learn to write; throws likewise. */
  public static List<LanguageExample> language(DataConfig config, Seed seed) {
    return Division.ofLanguage(config, Aside.NOTHING, seed).train();
  }
}
