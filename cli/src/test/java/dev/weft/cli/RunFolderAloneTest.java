package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.finetune.data.LabelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run has learnt is in its folder, whatever becomes of the file it has learnt from. */
class RunFolderAloneTest {
  private static final String EMBEDDED = "embedded:all-MiniLM-L6-v2";

  /** The adapter of the folder is the run's as one pair, which sums in another order. */
  private static final double FLOAT32 = 1e-5;

  @TempDir private static Path shared;
  @TempDir private Path own;
  private static Path source;
  private static Path run;
  private static Invocation trained;
  private Path data;

  @BeforeAll
  static void trainOnce() throws IOException {
    source = Files.copy(CaseFiles.named("ok.jsonl"), shared.resolve("ok.jsonl"));
    run = shared.resolve("run");
    trained =
        Invocation.weft(
            Invocation.tiny(
                "--output",
                shared.toString(),
                "--json",
                "--set",
                "run.name=run",
                "--set",
                "data.source=" + source,
                "--set",
                "data.train-examples=auto",
                "--set",
                "data.test-examples=auto",
                "--set",
                "data.public-examples=auto",
                "--set",
                "engine.precision=float32",
                "--set",
                "training.local-steps=2"));
    assertThat(trained.status()).as(trained.err()).isZero();
  }

  @BeforeEach
  void everyTestHasTheFileAsItWas() throws IOException {
    Files.copy(CaseFiles.named("ok.jsonl"), source, StandardCopyOption.REPLACE_EXISTING);
    data = own.resolve("data.jsonl");
  }

  @Test
  void theLineOfASimulationIsItsSummaryAndNothingElse() throws IOException {
    assertThat(trained.out().lines()).hasSize(1);
    assertThat(json(trained.out())).isEqualTo(json(Files.readString(run.resolve("summary.json"))));
    assertThat(trained.err()).contains("round 2/2", "time     ");
  }

  @Test
  void whatItsLastRoundMeasuredIsMeasuredAgain() throws IOException {
    JsonNode last = json(trained.out()).get("final");
    JsonNode again = json(evaluate("--json").out());
    assertThat(again.get("examples").asInt()).isEqualTo(14);
    assertThat(again.get("loss").asDouble())
        .isCloseTo(last.get("testLoss").asDouble(), within(FLOAT32));
    assertThat(again.get("accuracy")).isEqualTo(last.get("accuracy"));
    assertThat(again.get("macroF1")).isEqualTo(last.get("macroF1"));
  }

  @Test
  void anotherBaseThanTheRunsIsSaid() {
    assertThat(evaluate().err()).doesNotContain("warning");
    assertThat(evaluate("--set", "model.quantization=int8").err())
        .contains("warning  the base model here has digest ")
        .contains("trained on other weights, or on these in another quantization");
  }

  @Test
  void figuresInAFileStandBesideTheTable() throws IOException {
    Invocation table = evaluate("--json=" + own.resolve("figures.json"));
    assertThat(table.out()).startsWith("examples").contains("macro-F1");
    assertThat(Files.readString(own.resolve("figures.json")).strip())
        .isEqualTo(evaluate("--json").out().strip());
  }

  @Test
  void figuresThatCannotBeWrittenAreRefusedBeforeAnyWork() {
    Invocation refused = evaluate("--json=" + own.resolve("none/figures.json"));
    assertThat(refused.err()).startsWith("weft: --json: ").contains("name another file");
    assertThat(refused.status()).isEqualTo(Weft.BAD_INPUT);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void aRenamedClassIsNamed() throws IOException {
    Files.writeString(source, ok().replace("\"symptom\"", "\"finding\""));
    assertRefused(
        evaluate(),
        "its class is none of the 3 that the adapter was trained on; look at data.label-column");
  }

  @Test
  void classesKeepTheirMeaningWhereAFileHasNotAllOfThem() throws IOException {
    Files.write(data, ok().lines().filter(line -> !line.contains("\"medication\"")).toList());
    String lines = Files.readString(data);
    JsonNode some = json(evaluate("--json", "--data", data.toString()).out());
    Files.writeString(data, ok());
    JsonNode all = json(evaluate("--json", "--data", data.toString()).out());
    Files.write(data, ok().lines().filter(line -> line.contains("\"medication\"")).toList());
    JsonNode others = json(evaluate("--json", "--data", data.toString()).out());
    assertThat(lines.lines().count()).isEqualTo(some.get("examples").asLong());
    assertThat(right(some) + right(others)).isEqualTo(right(all));
  }

  @Test
  void theOrderOfAFileChangesNoScore() throws IOException {
    List<String> lines = new ArrayList<>(ok().lines().toList());
    Collections.reverse(lines);
    Files.write(data, lines);
    JsonNode reversed = json(evaluate("--json", "--data", data.toString()).out());
    Files.writeString(data, ok());
    JsonNode straight = json(evaluate("--json", "--data", data.toString()).out());
    assertThat(right(reversed)).isEqualTo(right(straight));
  }

  @Test
  void aBlankAroundAClassIsNoPartOfIt() throws IOException {
    Files.writeString(data, ok().replace("\"symptom\"", "\" symptom  \""));
    assertThat(evaluate("--data", data.toString()).status()).isZero();
  }

  @Test
  void theTrainingFileIsNotNeededWhereThereIsOtherData() throws IOException {
    Files.delete(source);
    Files.writeString(data, ok());
    assertThat(evaluate("--data", data.toString()).status()).isZero();
    assertRefused(evaluate(), "is not there, of which test examples were held out");
  }

  @Test
  void aFileThatHasChangedSinceIsNotTakenForHeldOut() throws IOException {
    List<String> lines = new ArrayList<>(ok().lines().toList());
    Collections.reverse(lines);
    Files.write(source, lines);
    assertRefused(evaluate(), "has changed since the run");
  }

  @Test
  void theAdaptersFolderAloneIsEnoughBesideTheModel() throws IOException {
    Path adapter = Files.createDirectory(own.resolve("copied"));
    for (String name :
        List.of("adapter_config.json", "adapter_model.safetensors", LabelFile.NAME)) {
      Files.copy(run.resolve("adapter").resolve(name), adapter.resolve(name));
    }
    Files.writeString(data, ok());
    Invocation alone =
        Invocation.weft(
            "evaluate",
            "--json",
            "--model",
            EMBEDDED,
            "--adapter",
            adapter.toString(),
            "--data",
            data.toString(),
            "--set",
            "engine.precision=float32");
    assertThat(alone.err()).doesNotContain(LabelFile.NAME);
    assertThat(alone.out()).isEqualTo(evaluate("--json", "--data", data.toString()).out());
  }

  @Test
  void aFolderThatNamesNoClassesIsSaidToTakeThemFromTheData() throws IOException {
    Path copy = own.resolve("run");
    Files.createDirectories(copy.resolve("adapter"));
    for (String name :
        List.of(
            "config.conf", "adapter/adapter_config.json", "adapter/adapter_model.safetensors")) {
      Files.copy(run.resolve(name), copy.resolve(name));
    }
    Invocation old = Invocation.weft("evaluate", "--adapter", copy.toString());
    assertThat(old.err()).contains("the adapter has no labels.json").contains(source.toString());
    assertThat(old.status()).isZero();
  }

  @Test
  void aSecondRunOfTheNameIsRefused() {
    Invocation second =
        Invocation.weft(Invocation.tiny("--output", shared.toString(), "--set", "run.name=run"));
    assertRefused(second, "run.name: " + run + " exists already");
  }

  @Test
  void inspectSaysItsFiguresInOneLine() throws IOException {
    Invocation whole = Invocation.weft("inspect", "--json", run.toString());
    Invocation adapter = Invocation.weft("inspect", run.resolve("adapter").toString(), "--json");
    assertThat(json(whole.out()).get("adapterDigest"))
        .isEqualTo(json(trained.out()).get("adapterDigest"));
    assertThat(json(whole.out()).get("committed").asInt()).isEqualTo(2);
    assertThat(json(adapter.out()).get("layers").asInt()).isEqualTo(2);
    assertThat(whole.out().lines()).hasSize(1);
    assertThat(whole.err()).contains("rounds          2 of 2 committed");
  }

  private static Invocation evaluate(String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--adapter", run.toString()));
    arguments.addAll(List.of(more));
    return Invocation.weft(arguments.toArray(String[]::new));
  }

  private static void assertRefused(Invocation run, String complaint) {
    assertThat(run.err()).startsWith("weft: ").hasLineCount(1).contains(complaint);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }

  private static long right(JsonNode evaluation) {
    return Math.round(evaluation.get("accuracy").asDouble() * evaluation.get("examples").asLong());
  }

  private static String ok() throws IOException {
    return Files.readString(CaseFiles.named("ok.jsonl"));
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
