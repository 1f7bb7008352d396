package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.finetune.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A federated run of a real language model, where {@code weft.models} has stories260K. */
class LanguageRunTest {
  private static final int EXAMPLES = 60;

  @TempDir Path folder;

  /** Every third question is longer than the model is told to read. */
  @Test
  void aRunSaysOnceHowManyExamplesTeachNothingAndLearnsFromTheOthers() throws IOException {
    WeftConfig config = config();
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.clients().values().stream().mapToInt(TokenizedSet::size).sum())
          .isLessThan(48);
      RunResult result = Tiny.run(bench, config);

      assertThat(result.warnings())
          .containsExactly(
              "model.max-tokens: 32 leaves nothing to learn of 20 of 60 examples, which are left"
                  + " out; raise it to use them");
      assertThat(result.completed()).isTrue();
      assertThat(result.rounds().get(1).evaluation().orElseThrow().loss())
          .isLessThan(result.start().orElseThrow().loss());
    }
  }

  private WeftConfig config() throws IOException {
    Path model = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(Files.isDirectory(model), "weft.models names no folder with the model stories260K");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      String question = i % 3 == 0 ? "Tell me. ".repeat(40) : "Who is it?";
      lines.add(Text.format("{\"prompt\": \"%s\", \"completion\": \"It is Lily.\"}", question));
    }
    return Tiny.config(
        "model.source=" + model,
        "model.targets=auto",
        "model.max-tokens=32",
        "data.source=" + Files.write(folder.resolve("questions.jsonl"), lines),
        "data.train-examples=auto",
        "data.test-examples=6",
        "data.public-examples=6",
        "training.learning-rate=0.01",
        "method.name=fedit",
        "simulation.lanes=3");
  }
}
