package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
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
    assertThat(summary.get("rounds")).hasSize(2);
    assertThat(summary.get("warnings"))
        .hasSize(2)
        .allSatisfy(warning -> assertThat(warning.asText()).contains("client-2: ", "W-0231"));
    assertThat(summary.at("/final/trainLoss").isNumber()).isTrue();
  }

  @Test
  void aRunWithoutWorkingClientsFailsWithItsReasonAndACompleteFolder() throws IOException {
    Invocation run = weft("simulation.faults.fail=[client-1, client-2, client-3]");
    assertThat(run.status()).isEqualTo(SimulateSession.RUN_FAILED);
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
    assertThat(output.resolve("run/adapter"))
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/adapter_model.safetensors");
  }

  private Invocation weft(String fault) {
    return Invocation.weft(
        Invocation.tiny("--set", fault, "--set", "run.output=" + output, "--set", "run.name=run"));
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(output.resolve("run/summary.json").toFile());
  }
}
