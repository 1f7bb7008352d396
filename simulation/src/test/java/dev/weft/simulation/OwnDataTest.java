package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.federation.RunResult;
import dev.weft.federation.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user's own texts, labels and sites. */
class OwnDataTest {
  private static final List<String> HOSPITALS = List.of("aachen", "bern", "cork");
  private static final List<String> TEXTS =
      List.of("the scan shows a fracture", "the patient may go home", "call the surgeon, \"now\"");
  private static final List<String> LABELS = List.of("finding", "discharge", "urgent");
  private static final int EXAMPLES = 60;
  private static final int TEST_EXAMPLES = 12;
  private static final int PUBLIC_EXAMPLES = 6;

  @TempDir Path folder;

  @Test
  void jsonLinesAndCsvOfTheSameSitesLeadToTheSameBits() throws IOException {
    RunResult fromJsonLines = runOverSites(jsonLines());
    RunResult fromCsv =
        runOverSites(
            csv(),
            "data.client-column=hospital",
            "data.text-column=note",
            "data.label-column=kind");
    assertThat(fromJsonLines.completed()).isTrue();
    assertThat(fromJsonLines.warnings()).isEmpty();
    assertThat(fromCsv.digest()).isEqualTo(fromJsonLines.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dirichlet", "equal", "quantity"})
  void everyPartitionerDealsTheFileToTheClientsAskedFor(String scheme) throws IOException {
    WeftConfig config =
        config(
            jsonLines(),
            "simulation.partition.scheme=" + scheme,
            "simulation.clients=3",
            "run.rounds=1");
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.clients().keySet()).containsExactly("client-1", "client-2", "client-3");
      assertThat(bench.clients().values().stream().mapToInt(share -> share.size()).sum())
          .isEqualTo(bench.pooled().size());
      assertThat(Tiny.run(bench, config).completed()).isTrue();
    }
  }

  /** A site with a blank, a class in other letters, a text on both sides. */
  @Test
  void whatIsEasilyConfusedIsSaidInTheHeadOfTheRun() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      lines.add(
          Text.format(
              "{\"client\": \"%s\", \"text\": \"note %d\", \"label\": \"%s\"}",
              List.of("bern", "bern ", "cork").get(i % 3),
              i,
              List.of("urgent", "Urgent", "finding").get(i / 3 % 3)));
    }
    List<String> test = new ArrayList<>(lines.subList(0, 5));
    test.add(lines.get(6));
    test.add(lines.get(5).replace("note 5", "another note"));
    WeftConfig config =
        config(
            Files.write(folder.resolve("all.jsonl"), lines),
            "data.test-source=" + Files.write(folder.resolve("held.jsonl"), test),
            "data.public-examples=1",
            "simulation.partition.scheme=column");
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.clients().keySet()).containsExactly("bern", "cork");
      assertThat(bench.warnings())
          .hasSize(3)
          .anyMatch(line -> line.matches("data: [56] of 7 test examples have the text of a .*"))
          .contains(
              "the sites \"bern\", \"bern \" differ only in blanks around them and count as one",
              "the classes \"Urgent\", \"urgent\" differ only in letter case, white space or"
                  + " Unicode form and count as 2; write them alike if they are one");
    }
  }

  /** A wrong column names a site per row; what it holds may be about a patient. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "number"})
  void aColumnThatHoldsNoSitesIsRefusedWithoutAWordOfIt(String column) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(jsonLines()));
    for (int i = 0; i < lines.size(); i++) {
      lines.set(i, lines.get(i).replaceFirst("\\{", "{\"number\": \"" + (4711 + i) + "\", "));
    }
    WeftConfig config =
        config(
            Files.write(folder.resolve("wrong.jsonl"), lines),
            "data.client-column=" + column,
            "simulation.partition.scheme=column",
            "simulation.faults.nan=[nobody]");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Workbench.open(config))
        .withMessageStartingWith(
            "data.client-column: names 42 sites for 42 examples, as a column of")
        .withMessageNotContainingAny("fracture", "patient", "surgeon", "47");
  }

  /** What people call their sites is no name for a machine to use. */
  @Test
  void aSiteMayBeCalledAnything() throws IOException {
    List<String> names =
        List.of(
            "St. Mary's hospital",
            "a/b",
            "../../etc",
            "$x",
            ".hidden",
            "\uD83C\uDFE5",
            "Krankenhaus Süd",
            "Krankenhaus Su\u0308d",
            "KRANKENHAUS SÜD",
            "%2F %41",
            "client-1",
            "run",
            "tab\tand \\\"quote\\\"",
            "x".repeat(300),
            "\u202Eright to left",
            "0");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10 * names.size(); i++) {
      lines.add(
          Text.format(
              "{\"text\": \"%s\", \"label\": \"%s\", \"client\": \"%s\"}",
              TEXTS.get(0) + i,
              LABELS.get(i % LABELS.size()),
              names.get(i % names.size()).replace("\t", "\\t")));
    }
    WeftConfig config =
        config(
            Files.write(folder.resolve("sites.jsonl"), lines),
            "simulation.partition.scheme=column",
            "run.rounds=1");

    SimulationResult<RunReport> result =
        new Simulation(config, SimulationListener.SILENT).run(Tiny.folder(folder.resolve("run")));

    assertThat(result.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(result.report().clients()).isEqualTo(names.size());
    assertThat(result.report().warnings())
        .singleElement(STRING)
        .startsWith("the sites \"KRANKENHAUS S\u00dcD\"")
        .contains("count as 3;");
  }

  /** Every site is a client. */
  private static RunResult runOverSites(Path file, String... columns) {
    List<String> settings = new ArrayList<>(List.of(columns));
    settings.add("simulation.partition.scheme=column");
    WeftConfig config = config(file, settings.toArray(String[]::new));
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.clients().keySet()).containsExactlyElementsOf(HOSPITALS);
      assertThat(bench.labels().orElseThrow().classes())
          .containsExactlyInAnyOrderElementsOf(LABELS);
      assertThat(bench.pooled().size()).isEqualTo(EXAMPLES - TEST_EXAMPLES - PUBLIC_EXAMPLES);
      return Tiny.run(bench, config);
    }
  }

  private static WeftConfig config(Path file, String... changes) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.source=" + file,
                "data.train-examples=auto",
                "data.test-examples=" + TEST_EXAMPLES,
                "data.public-examples=" + PUBLIC_EXAMPLES,
                "simulation.clients=auto"));
    settings.addAll(List.of(changes));
    return Tiny.config(settings.toArray(String[]::new));
  }

  private Path jsonLines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      lines.add(
          Text.format(
              "{\"client\": \"%s\", \"text\": \"%s\", \"label\": \"%s\"}",
              site(i), text(i).replace("\"", "\\\""), label(i)));
    }
    return Files.write(folder.resolve("notes.jsonl"), lines);
  }

  private Path csv() throws IOException {
    List<String> lines = new ArrayList<>(List.of("hospital,note,kind"));
    for (int i = 0; i < EXAMPLES; i++) {
      lines.add(Text.format("%s,\"%s\",%s", site(i), text(i).replace("\"", "\"\""), label(i)));
    }
    return Files.write(folder.resolve("notes.csv"), lines);
  }

  private static String text(int i) {
    return TEXTS.get(i % TEXTS.size()) + " (note " + i + ")";
  }

  private static String label(int i) {
    return LABELS.get(i % LABELS.size());
  }

  private static String site(int i) {
    return HOSPITALS.get(i / 3 % HOSPITALS.size());
  }
}
