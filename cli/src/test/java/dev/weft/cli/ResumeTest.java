package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of the command that is killed, and goes on. */
class ResumeTest {
  private static final String ADAPTER = "adapter/adapter_model.safetensors";

  @TempDir Path output;

  @Test
  void aKilledRunGoesOnAndEndsAsIfNothingHadHappened() throws IOException, InterruptedException {
    Process whole = simulate("whole");
    await(whole, "results");
    assertThat(whole.waitFor()).isZero();
    Process killed = simulate("cut");
    await(killed, "round 1/");
    killed.destroyForcibly().waitFor();

    Invocation resumed = Invocation.weft("simulate", "--resume", output.resolve("cut").toString());

    assertThat(resumed.status()).isZero();
    assertThat(resumed.out()).contains("going on with the run").contains("round 1/3");
    assertThat(Files.readAllLines(output.resolve("cut/metrics.jsonl"))).hasSize(1 + 3);
    assertThat(output.resolve("cut").resolve(ADAPTER))
        .hasSameBinaryContentAs(output.resolve("whole").resolve(ADAPTER));

    Invocation again = Invocation.weft("simulate", "--resume", output.resolve("cut").toString());
    assertThat(again.status()).isZero();
    assertThat(Files.readAllLines(output.resolve("cut/metrics.jsonl"))).hasSize(1 + 3);
  }

  /** A refusal leaves what the run has led to as it is. */
  @Test
  void aRunDoesNotGoOnWithOtherData() throws IOException {
    Path data = output.resolve("data.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add("{\"text\": \"text number " + i + "\", \"label\": \"" + "ab".charAt(i % 2) + "\"}");
    }
    Files.write(data, lines);
    assertThat(
            Invocation.weft(
                    Invocation.tiny(
                        "--output",
                        output.toString(),
                        "--set",
                        "run.name=own",
                        "--set",
                        "data.source=" + data,
                        "--set",
                        "data.train-examples=auto",
                        "--set",
                        "data.test-examples=auto",
                        "--set",
                        "data.public-examples=auto"))
                .status())
        .isZero();
    Path summary = output.resolve("own/summary.json");
    String before = Files.readString(summary);
    Files.write(data, lines.stream().map(line -> line.replace("number 1", "figure 1")).toList());

    Invocation changed = Invocation.weft("simulate", "--resume", output.resolve("own").toString());

    assertThat(changed.status()).isEqualTo(2);
    assertThat(changed.err()).contains("data (training) was ").contains("W-0306");
    assertThat(summary).hasContent(before);
    assertThat(Files.readAllLines(output.resolve("own/metrics.jsonl"))).hasSize(1 + 2);
  }

  @Test
  void aFolderWithoutARunIsRefused() throws IOException {
    Invocation nothing = Invocation.weft("simulate", "--resume", output.toString());
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("config.conf");

    Files.writeString(output.resolve("config.conf"), "");
    Invocation noState = Invocation.weft("simulate", "--resume", output.toString());
    assertThat(noState.status()).isEqualTo(2);
    assertThat(noState.err()).contains("holds no run to go on with").contains("journal.mv.db");
  }

  @Test
  void aRunGoesOnUnderItsOwnConfigurationOnly() {
    Invocation changed =
        Invocation.weft("simulate", "--resume", output.toString(), "--rounds", "9");
    assertThat(changed.status()).isEqualTo(2);
    assertThat(changed.err()).contains("the run goes on under its own configuration");
  }

  private Process simulate(String name) throws IOException {
    List<String> command =
        Invocation.process(
            List.of(),
            Invocation.tiny(
                "--rounds", "3", "--output", output.toString(), "--set", "run.name=" + name));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads until a line begins so. */
  private static void await(Process weft, String beginning) throws IOException {
    BufferedReader lines = weft.inputReader();
    String line = lines.readLine();
    while (!line.startsWith(beginning)) {
      line = lines.readLine();
    }
  }
}
