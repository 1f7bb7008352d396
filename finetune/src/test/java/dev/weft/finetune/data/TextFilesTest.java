package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFilesTest {
  private static final List<TextExample> TWO_EXAMPLES =
      List.of(
          new TextExample("a small, \"brown\" bird", "animal", Optional.of("hospital-b")),
          new TextExample("héllo\nworld", "7", Optional.empty()));

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
        .isEqualTo(TWO_EXAMPLES);
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
        .isEqualTo(TWO_EXAMPLES);
  }

  @Test
  void aLineSeparatorInsideAJsonStringEndsNoLine() {
    assertThat(read("data.jsonl", "{\"text\": \"one\u2028two\", \"label\": 1}\r\n"))
        .containsExactly(new TextExample("one\u2028two", "1", Optional.empty()));
  }

  @Test
  void csvMayLackTheClientColumn() {
    assertThat(read("data.csv", "text,label\r\na bird,animal\r\n"))
        .containsExactly(new TextExample("a bird", "animal", Optional.empty()));
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
  void aMissingColumnIsNamedWithThoseThereAre() {
    assertRefused("data.csv", "text,lable\na,b\n", ":1: ", "no column label among [text, lable]");
  }

  @Test
  void anEmptyCsvFileLacksItsColumns() {
    assertRefused("data.csv", "", ":1: ", "no column text");
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
        .isThrownBy(() -> dataset(file).read())
        .withMessageContaining("latin.csv:3: is not UTF-8");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> dataset(folder.resolve("absent.csv")).read())
        .withMessageContaining("absent.csv: cannot be read")
        .matches(e -> e.problem() == Problem.MISSING_FILE);
  }

  @Test
  void aFileOfUnknownKindIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> dataset(folder.resolve("data.xlsx")))
        .withMessageContaining("data.xlsx is neither")
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

  private List<TextExample> read(String name, String content) {
    Path file = folder.resolve(name);
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dataset(file).read();
  }

  private static TextDataset dataset(Path file) {
    return TextDataset.named(file.toString(), Configs.data(file.toString()));
  }
}
