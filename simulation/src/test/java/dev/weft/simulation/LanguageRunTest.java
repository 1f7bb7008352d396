package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.federation.Resolution;
import dev.weft.federation.RunResult;
import dev.weft.federation.Start;
import dev.weft.text.TokenizedSet;
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
                  + " out; raise model.max-tokens, up to the model's 512 positions",
              "data: 6 of 6 test examples have the text of a training example, which flatters what"
                  + " is measured; remove them from one side");
      assertThat(result.completed()).isTrue();
      assertThat(result.rounds().get(1).evaluation().orElseThrow().loss())
          .isLessThan(result.start().evaluation().orElseThrow().loss());
    }
  }

  @Test
  void aSiteThatIsCutAwayWholeIsNamedAndTheOthersGoOn() throws Exception {
    WeftConfig config =
        config(
            "data.source="
                + Path.of(getClass().getResource("/cases/lm_site_truncated.jsonl").toURI()),
            "data.test-examples=auto",
            "data.public-examples=auto",
            "model.max-tokens=auto",
            "simulation.clients=auto",
            "simulation.partition.scheme=column");
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.clients()).containsOnlyKeys("short");
      assertThat(bench.warnings())
          .containsExactly(
              "model.max-tokens: 512 leaves nothing to learn of 10 of 20 examples, which are left"
                  + " out, and with them the whole of \"long\"; shorten them, for the model has no"
                  + " more than 512 positions");
      assertThat(Tiny.run(bench, config).completed()).isTrue();
      WeftConfig resolved = Resolution.of(bench, Start.of(bench, config));
      assertThat(resolved.simulation().clients()).contains(2);
      assertThat(resolved.data().testExamples()).contains(4);
    }
  }

  @Test
  void whereNoSiteHasAnythingToLearnTheLimitIsNamed() throws IOException {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Workbench.open(config("model.max-tokens=4")))
        .withMessageContaining("model.max-tokens: 4 leaves nothing to learn of any of the")
        .withMessageContaining("raise model.max-tokens, up to the model's 512 positions");
  }

  private WeftConfig config(String... changes) throws IOException {
    Path model = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(Files.isDirectory(model), "weft.models names no folder with the model stories260K");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      String question = i % 3 == 0 ? "Tell me. ".repeat(40) : "Who is it?";
      lines.add(Text.format("{\"prompt\": \"%s\", \"completion\": \"It is Lily.\"}", question));
    }
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.source=" + model,
                "model.targets=auto",
                "model.max-tokens=32",
                "data.source=" + Files.write(folder.resolve("questions.jsonl"), lines),
                "data.train-examples=auto",
                "data.test-examples=6",
                "data.public-examples=6",
                "training.learning-rate=0.01",
                "method.name=fedit",
                "simulation.lanes=3"));
    settings.addAll(List.of(changes));
    return Tiny.config(settings.toArray(String[]::new));
  }
}
