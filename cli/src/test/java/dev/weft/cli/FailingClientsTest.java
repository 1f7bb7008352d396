package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that fail are named, and the run goes on while it can. */
class FailingClientsTest {
  @TempDir Path output;

  @Test
  void aClientWithNaNIsDroppedAndReportedAndTheRunGoesOn() throws IOException {
    Invocation run = weft("simulation.faults.nan=[client-2]");
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("client-2: ")
        .contains("NaN")
        .contains("round 1 goes on with 2 of 3 clients (W-0231)")
        .contains("round 1/2", "round 2/2")
        .doesNotContain("Exception");
    JsonNode summary = summary();
    assertThat(summary.get("status").asText()).isEqualTo("completed");
    assertThat(summary.has("reason")).isFalse();
    assertThat(summary.get("rounds")).hasSize(2);
    assertThat(summary.get("warnings"))
        .hasSize(2)
        .allSatisfy(warning -> assertThat(warning.asText()).contains("client-2: ", "W-0231"));
    assertThat(summary.at("/final/trainLoss").isNumber()).isTrue();
  }

  @Test
  void aRunWithoutWorkingClientsFailsWithItsReasonAndACompleteFolder() throws IOException {
    Invocation run = weft("simulation.faults.fail=[client-1, client-2, client-3]");
    assertThat(run.status()).isEqualTo(RunEnd.FAILED);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("run failed: round 1: 0 of 3 clients are left, 1 are needed")
        .contains("(W-0301)")
        .contains("its training failed, as simulation.faults.fail asks for (W-0234)")
        .contains("no round was committed")
        .doesNotContain("\tat ", "Exception");
    assertThat(summary().get("rounds")).isEmpty();
    assertThat(summary().get("warnings")).hasSize(3);
    assertThat(output.resolve("run"))
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/metrics.jsonl")
        .isDirectoryContaining("glob:**/config.conf")
        .isDirectoryContaining("glob:**/provenance.json");
    assertThat(summary().get("status").asText()).isEqualTo("failed");
    assertThat(summary().get("reason").asText()).startsWith("round 1: 0 of 3 clients are left");
  }

  /** An untrained adapter under that name would be taken for the run's. */
  @Test
  void aRunThatCommittedNothingLeavesNoAdapterAndSaysSoWhereOneIsLookedFor() throws IOException {
    weft("simulation.faults.fail=[client-1, client-2, client-3]");
    Path run = output.resolve("run");
    assertThat(run.resolve("adapter")).doesNotExist();
    assertThat(summary().get("adapterDigest").isNull()).isTrue();
    Invocation evaluated = Invocation.weft("evaluate", "--adapter", run.toString());
    assertThat(evaluated.status()).isEqualTo(Weft.BAD_INPUT);
    assertThat(evaluated.err())
        .contains("--adapter: " + run + " is a run that committed no round")
        .hasLineCount(1);
  }

  @Test
  void figuresForAScriptSayHowTheRunEnded() throws IOException {
    Invocation failed = weft("simulation.faults.fail=[client-1, client-2, client-3]", "--json");
    JsonNode figures = new ObjectMapper().readTree(failed.out());
    assertThat(figures.get("status").asText()).isEqualTo("failed");
    assertThat(figures.get("reason").asText()).contains("W-0301");
  }

  @Test
  void ofSeveralMethodsEachSaysHowItEnded() throws IOException {
    weft("simulation.faults.fail=[client-1, client-2, client-3]", "--compare", "fedit,flora");
    for (JsonNode method : summary().get("methods")) {
      assertThat(method.get("status").asText()).isEqualTo("failed");
      assertThat(method.get("reason").asText()).contains("W-0301");
    }
  }

  private Invocation weft(String fault, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--set", fault, "--set", "run.output=" + output, "--set", "run.name=run"));
    arguments.addAll(List.of(more));
    return Invocation.weft(Invocation.tiny(arguments.toArray(String[]::new)));
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(output.resolve("run/summary.json").toFile());
  }
}
