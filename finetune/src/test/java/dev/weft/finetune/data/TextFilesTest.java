package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFilesTest {
  private static final List<TextExample> TWO_EXAMPLES =
      List.of(
          example("a small, \"brown\" bird", "animal", Optional.of("hospital-b")),
          example("héllo\nworld", "7", Optional.empty()));

  @TempDir Path folder;

  @Test
  void jsonLinesKeepTextLabelAndClientInOrder() {
    assertThat(
            read(
                "data.jsonl",
                """
                {"text": "a small, \\"brown\\" bird", "label": "animal", "client": "hospital-b"}

                {"label": 7, "other": [1], "text": "héllo\\nworld", "client": null}
                """))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactlyElementsOf(TWO_EXAMPLES);
  }

  @Test
  void csvKeepsTextLabelAndClientInOrder() {
    assertThat(
            read(
                "data.csv",
                """
                ,label,text,client
                0,animal,"a small, ""brown"" bird",hospital-b

                1,7,"héllo
                world",
                """))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactlyElementsOf(TWO_EXAMPLES);
  }

  @Test
  void aLineSeparatorInsideAJsonStringEndsNoLine() {
    assertThat(read("data.jsonl", "{\"text\": \"one\u2028two\", \"label\": 1}\r\n"))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactly(example("one\u2028two", "1", Optional.empty()));
  }

  @Test
  void csvMayLackTheClientColumn() {
    assertThat(read("data.csv", "text,label\r\na bird,animal\r\n"))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactly(example("a bird", "animal", Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"data.jsonl", "DATA.JSONL"})
  void aByteOrderMarkIsNotPartOfTheText(String name) {
    assertThat(read(name, "\uFEFF{\"text\": \"a bird\", \"label\": \"animal\"}")).hasSize(1);
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheFirstColumnName() {
    assertThat(read("data.csv", "\uFEFFtext,label\na bird,animal\n")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"text\": \"a\" \"label\"  | is not JSON",
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"text\": \"a\"}           | has no field label",
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"text\": \"a\", \"label\": null} | has null as"
            + " its label",
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"label\": \"b\"}          | has no field text",
        "{\"text\": \"a\", \"label\": \"b\"}  | [\"a\", \"b\"]              | not a JSON object",
        "{\"text\": \"a\", \"label\": \"b\"}  | {} {}                       | is not JSON",
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"text\": \" \", \"label\": 1} | text is empty",
        "{\"text\": \"a\", \"label\": \"b\"}  | {\"text\": [], \"label\": 1} | text is a list",
      })
  void aBadJsonLineIsNamedByFileAndLine(String good, String bad, String complaint) {
    assertRefused("data.jsonl", good + "\n\n" + bad + "\n" + good, ":3: ", complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "only one value     | needs 2 values as the header has, not 1",
        "a,b,c              | needs 2 values as the header has, not 3",
        "\"\",b             | text is empty",
        "a,                 | label is empty",
        "\"never closed,b   | is not CSV",
      })
  void aBadCsvLineIsNamedByFileAndLine(String bad, String complaint) {
    assertRefused("data.csv", "text,label\n\"two\nlines\",b\n\n" + bad + "\n", ":5: ", complaint);
  }

  @Test
  void aMissingColumnIsNamedWithTheOneThatIsMisspelt() {
    assertRefused(
        "data.csv",
        "text,lable\na,b\n",
        ":1: ",
        "has no column label among its 2; let the first line name the columns, or set"
            + " data.label-column to lable");
  }

  @Test
  void aFirstLineThatIsAnExampleIsNotQuoted() {
    assertSilent("data.csv", "patient has cancer,symptom\na,b\n", "cancer", "symptom");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "data.jsonl ~ patient has cancer",
        "data.jsonl ~ {\"text\": patient}",
        "data.jsonl ~ {\"text\": \"patient has cancer\" symptom}",
        "data.jsonl ~ {\"text\": \"patient has cancer\"} patient",
        "data.jsonl ~ {patient: 1}",
        "data.jsonl ~ {\"text\": \"\\q patient\"}",
        "data.jsonl ~ [\"patient has cancer\"]",
        "data.csv ~ text,label⏎\"patient\" has cancer,symptom",
        "data.csv ~ text,label⏎\"patient has cancer,symptom",
        "data.csv ~ text,label⏎patient has cancer;symptom",
        "data.csv ~ text,label⏎patient, has cancer,symptom",
        "data.csv ~ text;label⏎patient has cancer;symptom",
      })
  void noErrorQuotesWhatALineSays(String name, String content) {
    assertSilent(name, content.replace("⏎", "\n"), "patient", "cancer", "symptom");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {"; ~ by \";\"", "TAB ~ by tabs", "| ~ by \"|\""})
  void anotherSeparatorThanACommaIsNamed(String separator, String complaint) {
    String sign = separator.replace("TAB", "\t");
    assertRefused(
        "data.csv",
        "Text" + sign + "label" + sign + "n, m\na,b\n".replace(",", sign),
        ":1: ",
        "separates its columns " + complaint + ", where Weft reads commas");
  }

  @Test
  void spacesAroundColumnsAreNoPartOfThem() {
    assertThat(read("data.csv", "text , label\n\"a, bird\" , animal\n"))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactly(example("a, bird", "animal", Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"data.csv,''", "data.csv,'text,label'", "data.jsonl,''", "data.jsonl,' '"})
  void aFileWithoutExamplesSaysSo(String name, String content) {
    assertRefused(name, content + "\n\n", ": ", "holds no example; fill it");
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE, looks like UTF-16 text",
    "UTF-16BE, looks like UTF-16 text",
    "UTF-32LE, looks like UTF-32 text",
    "UTF-32BE, looks like UTF-32 text",
    "UTF-16, is UTF-16 text",
    "x-UTF-16LE-BOM, is UTF-16 text",
    "X-UTF-32LE-BOM, is UTF-32 text",
    "windows-1252, is not UTF-8",
  })
  void anotherEncodingIsNamed(String charset, String complaint) throws IOException {
    for (String name : List.of("data.csv", "data.jsonl")) {
      Path file = folder.resolve(name);
      String csv = "text,label\nhéllo,b\nno,c\n";
      String json = "{\"text\": \"héllo\", \"label\": \"b\"}\n";
      Files.write(file, (name.endsWith("v") ? csv : json).getBytes(Charset.forName(charset)));
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> read(file))
          .withMessageContaining(name)
          .withMessageContaining(complaint)
          .withMessageContaining("UTF-8");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0800, a gzip archive; unpack it",
    "504b030414, a ZIP archive",
    "d0cf11e0a1b1, an old Excel workbook",
    "5041523115, a Parquet file; convert it to .jsonl or .csv",
    "746578742c6c6162656c0a61002c620a, :2: holds a zero byte",
  })
  void aFileThatIsNoTextIsNamedByItsKind(String bytes, String complaint) throws IOException {
    Path file = folder.resolve("data.csv");
    Files.write(file, HexFormat.of().parseHex(bytes));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("data.csv:")
        .withMessageContaining(complaint);
  }

  @Test
  void aFolderIsNoDataFile() throws IOException {
    Path file = Files.createDirectory(folder.resolve("data.csv"));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("data.csv: is a folder");
  }

  @Test
  void everyKindOfLineEndSeparatesJsonLines() {
    String line = "{\"text\": \"a\", \"label\": \"b\"}";
    assertThat(read("data.jsonl", String.join("\r", line, line))).hasSize(2);
    assertThat(read("data.jsonl", String.join("\r\n", line, line)))
        .extracting(example -> example.place().line())
        .containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"a\", \"label\": \"x\", \"label\": \"y\"}",
        "{\"text\": \"a\", \"text\": \"a\", \"label\": \"x\"}",
        "{\"text\": \"a\", \"label\": \"x\", \"other\": {\"b\": 1, \"b\": 2}}",
      })
  void aTwiceNamedFieldIsRefused(String line) {
    assertRefused(
        "data.jsonl",
        "{\"text\": \"a\", \"label\": \"x\"}\n" + line + "\n",
        ":2: ",
        "names a field twice, so that two values are there for one; keep one of them");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.jsonl | {\"text\": \"a\", \"label\": \"x\"} | {\"text\": \"a\", \"lab",
        "data.jsonl | {\"text\": \"a\", \"label\": \"x\"} | {\"text\": \"a\", \"label\": \"x\"",
        "data.jsonl | {\"text\": \"a\", \"label\": \"x\"} | {",
        "data.csv | text,label | half of a text",
        "data.csv | text,label | \"half of a text",
      })
  void aFileThatWasCutShortIsNamedByTheLineItEndsIn(String name, String first, String last) {
    assertRefused(name, first + "\n" + last, ":2: ", "cut short");
  }

  @Test
  void aLineInTheMiddleThatIsUnfinishedIsNoFileCutShort() {
    for (String file :
        List.of("data.jsonl|{\"text\": \"a\"|{\"text\": \"a\"}", "data.csv|text,label|a")) {
      String[] parts = file.split("\\|", -1);
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> read(parts[0], parts[1] + "\n" + parts[2] + "\n"))
          .withMessageNotContaining("cut short");
    }
  }

  @Test
  void aTwiceNamedColumnIsRefused() {
    assertRefused("data.csv", "text,label,text\na,b,c\n", ":1: ", "text twice");
  }

  @Test
  void textInAnotherEncodingIsRefusedWithItsLine() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "text,label\na,b\nblé,b\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("latin.csv:3: is not UTF-8");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(folder.resolve("absent.csv")))
        .withMessageContaining("absent.csv: cannot be read")
        .matches(e -> e.problem() == Problem.MISSING_FILE);
  }

  @Test
  void aFileOfUnknownKindIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(folder.resolve("data.xlsx")))
        .withMessageContaining(
            "data.xlsx is not what labelled texts are read from, which is embedded:wordnet-glosses"
                + " or .jsonl or .csv; name such a source, or convert it")
        .matches(e -> e.problem() == Problem.BAD_VALUE);
  }

  private void assertRefused(String name, String content, String place, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(name, content))
        .withMessageContaining(name + place)
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == Problem.BAD_DATA)
        .matches(e -> !e.getMessage().contains("\n"), "one line");
  }

  /** Refused, and without these words, in the message and in what it was caused by. */
  private void assertSilent(String name, String content, String... words) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(name, content))
        .satisfies(
            e -> {
              for (Throwable each = e; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain(words);
              }
            });
  }

  private static TextExample example(String text, String label, Optional<String> client) {
    return new TextExample(text, label, client, Configs.NOWHERE);
  }

  private List<TextExample> read(String name, String content) {
    Path file = folder.resolve(name);
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(file);
  }

  private static List<TextExample> read(Path file) {
    return DataSources.labelled(file.toString(), Configs.data(file.toString()));
  }
}
