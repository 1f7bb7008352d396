package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.Digest;
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
        .contains("32.000")
        .contains("held as         nf4-double, linear layers at 4.127 bits per weight")
        .containsPattern("digest +[0-9a-f]{64}");
  }

  @Test
  void inspectNamesTheDigestsOfARunAndOfItsAdapter() throws Exception {
    Invocation run =
        Invocation.weft(
            Invocation.tiny("--output", folder.toString(), "--set", "run.name=r", "--rounds", "1"));
    Path written = folder.resolve("r");
    String summary = Files.readString(written.resolve("summary.json"));

    Invocation whole = Invocation.weft("inspect", written.toString());
    Invocation adapter = Invocation.weft("inspect", written.resolve("adapter").toString());
    Invocation model =
        Invocation.weft("inspect", EMBEDDED, "--set", "model.quantization=nf4-double");

    assertThat(run.status()).isZero();
    assertThat(summary)
        .contains(valueOf("adapter digest", whole))
        .contains(valueOf("model digest", whole));
    assertThat(valueOf("digest", model)).isEqualTo(valueOf("model digest", whole));
    assertThat(valueOf("digest", adapter))
        .startsWith(
            Digest.of(Files.readAllBytes(written.resolve("adapter/adapter_model.safetensors")))
                .hex());
    assertThat(adapter.out()).contains("all-MiniLM-L6-v2").contains("2, ranks [");
  }

  private static String valueOf(String name, Invocation inspection) {
    return inspection
        .out()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow();
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

    Path story = folder.resolve("story.jsonl");
    Files.writeString(story, "{\"text\": \"Once upon a time there was a girl who had a dog.\"}\n");
    Invocation cut =
        Invocation.weft(
            "evaluate",
            "--model",
            stories.toString(),
            "--data",
            story.toString(),
            "--set",
            "model.max-tokens=8");

    assertThat(text.out()).startsWith(", there was a little girl");
    assertThat(cut.err()).startsWith("1 text measured up to token 8 only (model.max-tokens)");
    assertThat(cut.out()).startsWith("examples");
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
