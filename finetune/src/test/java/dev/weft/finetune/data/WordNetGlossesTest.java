package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordNetGlossesTest {
  private final List<TextExample> glosses = WordNetGlosses.read();

  @Test
  void everyNounSynsetButTheTopsGivesOneExample() {
    assertThat(glosses).hasSize(82_141);
  }

  /** Counted in data.noun by {@code awk '{print $2}' | sort | uniq -c}. */
  @Test
  void classesHaveTheSizesOfTheirLexicographerFiles() {
    Map<String, Long> sizes =
        glosses.stream().collect(Collectors.groupingBy(TextExample::label, Collectors.counting()));
    assertThat(sizes).hasSize(25);
    assertThat(sizes)
        .containsEntry("noun.act", 6_657L)
        .containsEntry("noun.artifact", 11_605L)
        .containsEntry("noun.motive", 42L)
        .containsEntry("noun.person", 11_073L)
        .containsEntry("noun.plant", 8_032L)
        .containsEntry("noun.substance", 2_986L)
        .containsEntry("noun.time", 1_030L);
  }

  @Test
  void wellKnownNounsHaveTheirGlossAndClass() {
    assertThat(glosses)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .contains(
            example(
                "a pause from doing something (as work); \"we took a 10-minute break\"; \"he took"
                    + " time out to recuperate\"",
                "noun.act"),
            example("informal term for a man; \"you lucky dog\"", "noun.person"),
            example("a solid food prepared from the pressed curd of milk", "noun.food"),
            example(
                "a deciduous tree of the genus Quercus; has acorns and lobed leaves; \"great oaks"
                    + " grow from little acorns\"",
                "noun.plant"),
            example("clock time; \"the hour is getting late\"", "noun.time"));
  }

  private static TextExample example(String gloss, String label) {
    return new TextExample(gloss, label, Optional.empty(), Configs.NOWHERE);
  }
}
