package dev.weft.simulation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The folder of one run. Every file appears whole or not at all, but for {@code metrics.jsonl},
 * which grows by a line per round after the one of the start.
 */
public final class RunFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METRICS = "metrics.jsonl";

  private final Path folder;

  private RunFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder and starts {@code metrics.jsonl} afresh.
   *
   * @throws WeftException if the folder cannot be written
   */
  public static RunFiles create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
    RunFiles files = new RunFiles(folder);
    files.write(METRICS, "");
    return files;
  }

  public Path folder() {
    return folder;
  }

  /** The complete configuration, as HOCON, in {@code config.conf}. */
  public void configuration(String hocon) {
    write("config.conf", hocon);
  }

  /**
   * The evaluation before round 1, as round 0, in {@code metrics.jsonl}; empty if it could not be
   * measured.
   */
  public void start(Optional<Evaluation> evaluation) {
    append(ReportJson.start(evaluation));
  }

  /** Appends a committed round to {@code metrics.jsonl}. */
  public void round(RoundRow row) {
    append(ReportJson.round(row));
  }

  /** {@code summary.json} and {@code report.html}. */
  public void report(RunReport report) {
    write("summary.json", pretty(ReportJson.summary(report)));
    write("report.html", HtmlReport.render(report));
  }

  /** {@code summary.json} and {@code report.html}. */
  public void report(ComparisonReport report) {
    write("summary.json", pretty(ReportJson.summary(report)));
    write("report.html", HtmlReport.render(report));
  }

  /** {@code provenance.json}. */
  public void provenance(Provenance provenance) {
    write("provenance.json", pretty(ReportJson.provenance(provenance)));
  }

  private void append(ObjectNode metrics) {
    Path file = folder.resolve(METRICS);
    try {
      Files.writeString(file, line(metrics), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private void write(String name, String content) {
    Path file = folder.resolve(name);
    try {
      Path draft = Files.writeString(folder.resolve(name + ".tmp"), content);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static String pretty(ObjectNode json) {
    return json.toPrettyString() + "\n";
  }

  private static String line(ObjectNode json) {
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers and text is always JSON", e);
    }
  }

  private static WeftException cannotWrite(Path file, IOException cause) {
    return new WeftException(
        Problem.UNWRITABLE_OUTPUT,
        Text.format(
            "run.output: %s cannot be written (%s); free the disk or choose another folder",
            file, cause.getClass().getSimpleName()),
        cause);
  }
}
