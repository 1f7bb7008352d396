package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.coordinator.RunEvent;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a coordinator logs; in a process of its own, for there is one log to a process. */
class LoggingTest {

  /** A coordinator's events, and its log in the format that is asked for. */
  static final class Program {
    public static void main(String[] arguments) {
      Logging.begin(LogFormat.valueOf(arguments[0]));
      CoordinatorLog log = new CoordinatorLog();
      log.starting("demo", "fed-sb", 3, Path.of("runs", "demo"), List.of());
      log.happened(new RunEvent.RoundStarted(1, 2, List.of("a", "b")));
      log.happened(new RunEvent.ClientProgress(1, "a", 3, 4, OptionalDouble.of(0.125)));
      log.happened(new RunEvent.ClientDropped(1, "St. Mary's \"b\"", "gone\nINFO forged"));
      log.happened(new RunEvent.EvaluationFailed(1, "no memory (W-0108)"));
    }
  }

  @Test
  void everyLineOfJsonSaysItsRunRoundAndSite() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : log(LogFormat.JSON)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).hasSize(4);
    assertThat(lines).allSatisfy(line -> assertThat(line.get("run").asText()).isEqualTo("demo"));
    assertThat(lines.get(0).get("results").asText()).endsWith("demo");
    assertThat(lines.get(1).get("round").isInt()).isTrue();
    assertThat(lines.get(1).get("attempt").asInt()).isEqualTo(2);
    assertThat(lines.get(2).get("level").asText()).isEqualTo("WARN");
    assertThat(lines.get(2).get("site").asText()).isEqualTo("St. Mary's \"b\"");
    assertThat(lines.get(2).get("message").asText()).isEqualTo("gone\nINFO forged");
    assertThat(lines.get(2).get("time").asText()).endsWith("Z");
  }

  @Test
  void oneEventIsOneLineOfTextWhateverASiteSays() throws Exception {
    List<String> lines = log(LogFormat.TEXT);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2))
        .contains("WARN", "gone INFO forged", "run=\"demo\"", "round=\"1\"", "site=\"St. Mary's");
  }

  @Test
  void nothingOfOneSitesTrainingIsLogged() throws Exception {
    assertThat(String.join("\n", log(LogFormat.JSON))).doesNotContain("0.125");
  }

  private static List<String> log(LogFormat format) throws Exception {
    Process process =
        new ProcessBuilder(Invocation.process(Program.class, List.of(), format.name())).start();
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      return lines.lines().toList();
    } finally {
      process.waitFor();
    }
  }
}
