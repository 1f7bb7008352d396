package acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.coordinator.RunOutcome;
import dev.weft.federation.report.RunReport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualMeanSimulationTest {

  @Test
  void trainsAndLeavesAnAdapter(@TempDir Path folder) throws Exception {
    RunReport report = EqualMeanSimulation.run(folder.resolve("run"));

    assertEquals(new RunOutcome.Completed(), report.outcome());
    assertEquals("equal-mean", report.method());
    assertTrue(report.last().orElseThrow().testLoss() < 10);
    assertTrue(Files.exists(folder.resolve("run/adapter/adapter_model.safetensors")));
    String provenance = Files.readString(folder.resolve("run/provenance.json"));
    assertTrue(provenance.contains("plugin of acme-lora"));
    assertTrue(provenance.contains("plugin of one-large"));
  }
}
