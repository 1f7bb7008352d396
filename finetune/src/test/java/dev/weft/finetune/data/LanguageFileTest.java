package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.data.LanguageExample.Conversation;
import dev.weft.finetune.data.LanguageExample.PlainText;
import dev.weft.text.Turn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageFileTest {
  private static final LanguageExample TWO_AND_TWO =
      new Conversation(
          List.of(Turn.user("2+2?"), Turn.assistant("4")), Optional.empty(), Configs.NOWHERE);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"messages\": [{\"role\": \"user\", \"content\": \"2+2?\"},"
            + " {\"role\": \"assistant\", \"content\": \"4\"}]}",
        "{\"instruction\": \"2+2?\", \"input\": \"\", \"output\": \"4\"}",
        "{\"prompt\": \"2+2?\", \"completion\": 4}",
        "{\"question\": \"2+2?\", \"answer\": \"4\"}",
        "{\"text\": \"2+2?\", \"label\": \"4\"}",
      })
  void theFieldsOfALineTellItsForm(String line) {
    assertThat(read(line))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactly(TWO_AND_TWO);
  }

  @Test
  void columnsCanBeNamed() {
    DataConfig config =
        new DataConfig(
            "file",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "frage",
            "antwort",
            "klinik");
    String line = "{\"frage\": \"2+2?\", \"antwort\": \"4\", \"klinik\": \"b\", \"text\": \"x\"}";
    LanguageExample example = DataSources.language(write(line).toString(), config).get(0);

    assertThat(example.client()).contains("b");
    assertThat(((Conversation) example).turns()).isEqualTo(((Conversation) TWO_AND_TWO).turns());
  }

  @Test
  void anInputStandsBelowItsInstruction() {
    Conversation example =
        (Conversation)
            read("{\"instruction\": \"Sum\", \"input\": \"2 2\", \"output\": \"4\"}").get(0);
    assertThat(example.prompt()).containsExactly(Turn.user("Sum\n\n2 2"));
  }

  @Test
  void textAloneIsLearntWhole() {
    assertThat(read("{\"text\": \" once upon\\na time \", \"client\": \"a \"}"))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("place")
        .containsExactly(new PlainText(" once upon\na time ", Optional.of("a "), Configs.NOWHERE));
  }

  @Test
  void aConversationEndsWithTheLastAnswer() {
    String say = "{\"role\": \"%s\", \"content\": \"%s\"}";
    String turns =
        Stream.of(
                Text.format(say, "system", "s"),
                Text.format(say, "user", "a"),
                Text.format(say, "assistant", "b"),
                Text.format(say, "user", "c"),
                Text.format(say, "assistant", "d"),
                Text.format(say, "user", "never answered"))
            .collect(Collectors.joining(","));
    Conversation example = (Conversation) read("{\"messages\": [" + turns + "]}").get(0);

    assertThat(example.turns()).hasSize(5).endsWith(Turn.assistant("d"));
    assertThat(example.prompt()).hasSize(4).endsWith(Turn.user("c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"texts\": 1}                                | has none of messages, instruction, prompt",
        "{\"messages\": []}                            | no message of the assistant",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]} | no message of the assistant",
        "{\"messages\": [{\"role\": \"user\"}]}        | message 1 is not {\"role\": text,",
        "{\"messages\": [{\"role\": \"user\", \"content\": []}]} | message 1 is not",
        "{\"messages\": \"hello\"}                     | no message of the assistant",
        "{\"instruction\": \"a\"}                      | has no field output",
        "{\"prompt\": \"a\", \"completion\": \" \"}    | completion is empty",
        "{\"prompt\": \" \", \"completion\": \"a\"}    | prompt is empty",
        "{\"prompt\": [], \"completion\": \"a\"}       | prompt is a list or an object",
        "{\"text\": \"\"}                              | text is empty",
        "{\"text\": \"a\"                              | is not JSON (it ends before its object",
        "[{\"text\": \"a\"},                           | is not JSON (a list begins here",
        "{\"text\": \"a\"},                            | is not JSON (from column 14 on)",
      })
  void aBadLineIsNamedByFileAndLine(String line, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read("{\"text\": \"a\"}\n\n" + line))
        .withMessageContaining("data.jsonl:3: ")
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == Problem.BAD_DATA);
  }

  @Test
  void aFileOfAnotherKindIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> DataSources.language("data.csv", Configs.data("data.csv")))
        .withMessageContaining(
            "data.csv is not what a language model learns from, which is .jsonl; name such a"
                + " source, or convert it")
        .matches(e -> e.problem() == Problem.BAD_VALUE);
  }

  @Test
  void theConfigurationNamesTheParts() {
    String lines =
        IntStream.range(0, 50)
            .mapToObj(i -> "{\"text\": \"number " + i + "\"}")
            .collect(Collectors.joining("\n"));
    DataConfig config = Configs.data(write(lines).toString());
    Parts<LanguageExample> parts = Parts.ofLanguage(config, new Seed(7));

    assertThat(parts.train()).hasSize(25);
    assertThat(parts.test()).hasSize(20);
    assertThat(parts.publicExamples()).hasSize(5);
    assertThat(
            Stream.of(parts.train(), parts.test(), parts.publicExamples())
                .flatMap(List::stream)
                .distinct())
        .hasSize(50);
    assertThat(Parts.ofLanguage(config, new Seed(7))).isEqualTo(parts);
    assertThat(Parts.ofLanguage(config, new Seed(8))).isNotEqualTo(parts);
  }

  private List<LanguageExample> read(String lines) {
    Path file = write(lines);
    return DataSources.language(file.toString(), Configs.data(file.toString()));
  }

  private Path write(String lines) {
    try {
      return Files.writeString(folder.resolve("data.jsonl"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
