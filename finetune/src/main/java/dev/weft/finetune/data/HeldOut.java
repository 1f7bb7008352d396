package dev.weft.finetune.data;

import dev.weft.core.Digest;
import dev.weft.core.config.DataConfig;
import dev.weft.core.random.Seed;
import dev.weft.text.Turn;
import java.util.List;

/**
 * The examples that a configuration keeps for a test, and what tells them from others: a digest of
 * their texts, by which a run folder can say whether its training never saw them.
 */
public final class HeldOut {
  private HeldOut() {}

  /**
   * Labelled texts, whatever their classes; the source is not read where a file holds them.
   *
   * @throws dev.weft.core.error.WeftException if a source cannot be read or has too few examples
   */
  public static List<TextExample> labelled(DataConfig config, Seed seed) {
    return config
        .testSource()
        .map(name -> DataSources.labelled(name, config))
        .orElseGet(() -> Division.ofLabelled(config, Aside.of(config), seed).test());
  }

  /**
   * Texts to continue; the source is not read where a file holds them.
   *
   * @throws dev.weft.core.error.WeftException if a source cannot be read or has too few examples
   */
  public static List<LanguageExample> language(DataConfig config, Seed seed) {
    return config
        .testSource()
        .map(name -> DataSources.language(name, config))
        .orElseGet(() -> Division.ofLanguage(config, Aside.of(config), seed).test());
  }

  /** Digest of texts, whatever their labels. */
  public static Digest digest(List<TextExample> examples) {
    Digest.Builder digest = Digest.builder().add("texts");
    examples.forEach(example -> digest.add(example.text()));
    return digest.build();
  }

  /** Digest of texts and conversations. */
  public static Digest digestOfLanguage(List<LanguageExample> examples) {
    Digest.Builder digest = Digest.builder().add("language");
    for (LanguageExample example : examples) {
      if (example instanceof LanguageExample.PlainText plain) {
        digest.add(plain.text());
      } else {
        for (Turn turn : ((LanguageExample.Conversation) example).turns()) {
          digest.add(turn.role()).add(turn.content()).add(turn.others().toString());
        }
      }
    }
    return digest.build();
  }
}
