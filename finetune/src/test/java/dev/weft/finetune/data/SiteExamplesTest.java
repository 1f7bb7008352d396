package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteExamplesTest {
  private static final LabelSet CLASSES = new LabelSet(List.of("b", "c", "a"));
  private static final Seed SEED = new Seed(7);

  @TempDir Path folder;

  /** Held-out files and classes are others' business, even if the configuration names some. */
  @Test
  void everyRowIsTrainedOnInTheOrderOfTheFile() throws IOException {
    String nowhere = folder.resolve("nowhere.csv").toString();
    for (Path file : List.of(csv(40), jsonLines(40))) {
      DataConfig config =
          Configs.files(
              file.toString(),
              Optional.of(nowhere),
              Optional.of(nowhere),
              Optional.of(List.of("x", "y")),
              Optional.empty());
      assertThat(SiteExamples.labelled(config, CLASSES, SEED, 0).chosen())
          .extracting(TextExample::text)
          .containsExactlyElementsOf(texts(40));
    }
  }

  @Test
  void soAreTextsToWrite() throws IOException {
    DataConfig config = open(jsonLines(40), Optional.empty());
    assertThat(SiteExamples.language(config, SEED, 0).chosen())
        .extracting(example -> example.place().line())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
  }

  @Test
  void fewerThanAllAreChosenByTheSeedAndKeepTheirOrder() throws IOException {
    DataConfig config = open(jsonLines(40), Optional.of(10));
    List<Long> lines =
        SiteExamples.language(config, SEED, 0).chosen().stream()
            .map(each -> each.place().line())
            .toList();
    assertThat(lines).hasSize(10).isSorted().doesNotHaveDuplicates();
    assertThat(SiteExamples.language(config, new Seed(8), 0).chosen())
        .extracting(each -> each.place().line())
        .isNotEqualTo(lines);
  }

  @Test
  void aRowOfAnotherClassIsPlaced() throws IOException {
    Path file = csv(40);
    List<String> rows = new ArrayList<>(Files.readAllLines(file));
    rows.set(12, "text,other");
    Files.write(file, rows);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> SiteExamples.labelled(open(file, Optional.empty()), CLASSES, SEED, 0))
        .withMessageStartingWith(file + ":13: the class \"other\" is none of the 3 of this run")
        .withMessageContaining("data.classes");
  }

  @Test
  void badRecordsAreLeftOutAndCountedUpToWhatTheSiteLetsPass() throws IOException {
    Path file = csv(40);
    List<String> rows = new ArrayList<>(Files.readAllLines(file));
    rows.set(12, "text,other");
    rows.set(20, "one,two,three");
    rows.set(21, ",a");
    Files.write(file, rows);
    DataConfig config = open(file, Optional.empty());

    SiteExamples<TextExample> read = SiteExamples.labelled(config, CLASSES, SEED, 7.5);

    assertThat(read.chosen())
        .extracting(example -> example.place().line())
        .doesNotContain(13L, 21L, 22L)
        .isSorted()
        .hasSize(37);
    assertThat(read.usable()).isEqualTo(37);
    assertThat(read.malformed()).isEqualTo(2);
    assertThat(read.foreign()).isEqualTo(1);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> SiteExamples.labelled(config, CLASSES, SEED, 7.4))
        .withMessageContaining("3 of 40 records are bad, more than 7.4 %")
        .withMessageContaining("the first: " + file + ":21: needs 2 values");
  }

  @Test
  void badLinesOfTextsToWriteLikewise() throws IOException {
    Path file = jsonLines(40);
    List<String> rows = new ArrayList<>(Files.readAllLines(file));
    rows.set(3, "{\"text\": ");
    rows.set(4, "{\"other\": \"x\"}");
    Files.write(file, rows);
    DataConfig config = open(file, Optional.empty());

    SiteExamples<LanguageExample> read = SiteExamples.language(config, SEED, 5);

    assertThat(read.chosen()).hasSize(38);
    assertThat(read.malformed()).isEqualTo(2);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> SiteExamples.language(config, SEED, 0))
        .withMessageStartingWith(file + ":4: ");
  }

  private static DataConfig open(Path file, Optional<Integer> trainExamples) {
    return Configs.files(
        file.toString(), Optional.empty(), Optional.empty(), Optional.empty(), trainExamples);
  }

  private Path csv(int rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (String text : texts(rows)) {
      lines.add(text + "," + (text.length() % 2 == 0 ? "a" : "b"));
    }
    return Files.write(folder.resolve("own.csv"), lines);
  }

  private Path jsonLines(int rows) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String text : texts(rows)) {
      lines.add("{\"text\": \"" + text + "\", \"label\": \"a\"}");
    }
    return Files.write(folder.resolve("own.jsonl"), lines);
  }

  private static List<String> texts(int rows) {
    return LongStream.range(0, rows).mapToObj(number -> "note " + number).toList();
  }
}
