package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see of inspect, generate, evaluate and export. */
class ModelCommandsTest {
  private static final String EMBEDDED = "embedded:all-MiniLM-L6-v2";

  @TempDir private Path folder;

  @Test
  void inspectDescribesTheEmbeddedModel() {
    Invocation run = Invocation.weft("inspect", EMBEDDED);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("BERT-type encoder, 6 layers, hidden 384, 12 heads")
        .contains("10,616,832")
        .contains("32.000");
  }

  @Test
  void whatIsNoModelIsRefusedInOneSentence() {
    assertRefused("weft: model.source: \"nowhere.gguf\" does not exist", "inspect", "nowhere.gguf");
    assertRefused(
        "weft: --model: all-MiniLM-L6-v2 is an encoder", "generate", "--model", EMBEDDED, "Hi");
    assertRefused("weft: --model: name the base model", "generate", "Hi");
    assertRefused("weft: --adapter: name the run", "export", "--to", "peft", folder.toString());
    assertRefused("weft: --adapter: an encoder answers", "evaluate", "--model", EMBEDDED);
  }

  @Test
  void aRealDecoderContinuesAndIsMeasured() throws Exception {
    Path stories = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(
        Files.isDirectory(stories), "weft.models names no folder with the model stories260K");
    Path data = folder.resolve("test.jsonl");
    Files.writeString(
        data,
        "{\"question\": \"Once upon a\", \"choices\": [\"time\", \"qzxv\"], \"answer\": 0}\n");

    Invocation text =
        Invocation.weft(
            "generate",
            "--raw",
            "--max-tokens",
            "8",
            "--model",
            stories.toString(),
            "Once upon a time");
    Invocation choice =
        Invocation.weft("evaluate", "--model", stories.toString(), "--data", data.toString());

    assertThat(text.out()).startsWith(", there was a little girl");
    assertThat(choice.err()).isEmpty();
    assertThat(choice.out()).contains("1.000");
  }

  private static void assertRefused(String sentence, String... arguments) {
    Invocation run = Invocation.weft(arguments);

    assertThat(run.err()).startsWith(sentence).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }
}
