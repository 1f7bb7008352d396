package dev.weft.federation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.error.WriteFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one run, and of no other. Every file appears whole or not at all, but for {@code
 * metrics.jsonl}, which grows by a line per round after the one of the start.
 */
public final class RunFiles implements Measurements.Keeper {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METRICS = "metrics.jsonl";

  private final Path folder;

  private RunFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder, which no other run can have then, and an empty {@code metrics.jsonl} in it.
   *
   * @throws WeftException if there is something of its name already, or it cannot be written
   */
  public static RunFiles create(Path folder) {
    return tryCreate(folder).orElseThrow(() -> taken(folder));
  }

  static WeftException taken(Path folder) {
    return new WeftException(
        Problem.BAD_VALUE,
        Text.format(
            "run.name: %s exists already; choose another name or remove that folder", folder));
  }

  /**
   * As {@link #create}, but under the next free name {@code NAME-2}, {@code NAME-3}, … where the
   * folder exists.
   */
  public static RunFiles createNext(Path folder) {
    Optional<RunFiles> made = tryCreate(folder);
    for (int number = 2; made.isEmpty(); number++) {
      made = tryCreate(folder.resolveSibling(folder.getFileName() + "-" + number));
    }
    return made.get();
  }

  /** Empty where the folder exists already; asked and made in one step, so that one of two wins. */
  private static Optional<RunFiles> tryCreate(Path folder) {
    Path parent = folder.toAbsolutePath().getParent();
    try {
      if (!Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(parent)) {
        return Optional.empty();
      }
      throw cannotWrite(parent, e);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
    RunFiles files = new RunFiles(folder);
    files.clearMetrics();
    return Optional.of(files);
  }

  /**
   * The folder of a run that was begun. Nothing in it is touched here.
   *
   * @throws WeftException if there is none
   */
  public static RunFiles reopen(Path folder) {
    RunFiles files = new RunFiles(folder);
    if (!RunHome.isIn(files.state())) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: holds no run to go on with, for %s is missing or empty%s",
              folder, RunHome.journal(files.state()), files.wayOut()));
    }
    return files;
  }

  /**
   * The folder of a run whose state is elsewhere, as it goes on; made anew if somebody took it
   * away.
   */
  public static RunFiles existing(Path folder) {
    return tryCreate(folder).orElseGet(() -> new RunFiles(folder));
  }

  /** What to do with a folder that holds no run of its own. */
  private String wayOut() {
    try (Stream<Path> inside = Files.list(folder)) {
      List<String> runs =
          inside
              .filter(run -> RunHome.isIn(new RunFiles(run).state()))
              .map(Path::toString)
              .sorted()
              .toList();
      return runs.isEmpty()
          ? "; restore it, or start a new run under another name"
          : "; it is a comparison: go on with its runs one by one, " + String.join(", ", runs);
    } catch (IOException e) {
      return "; name the folder of one simulated run";
    }
  }

  /** A run goes on, and says anew what {@code metrics.jsonl} holds. */
  public void clearMetrics() {
    write(METRICS, "");
  }

  public Path folder() {
    return folder;
  }

  /** The folder of what the run needs to go on. */
  public Path state() {
    return folder.resolve("state");
  }

  /** The complete configuration, as HOCON, in {@code config.conf}. */
  public void configuration(String hocon) {
    write("config.conf", hocon);
  }

  /** What was found out before round 1, as round 0, in {@code metrics.jsonl}. */
  @Override
  public void start(Findings findings) {
    append(ReportJson.start(findings));
  }

  /** Appends a committed round to {@code metrics.jsonl}. */
  @Override
  public void round(MeasuredRound row) {
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
    WriteFailure failure = WriteFailure.of(cause);
    return new WeftException(
        Problem.UNWRITABLE_OUTPUT,
        Text.format(
            "run.output: %s cannot be written, for %s; choose another folder or %s",
            file, failure.reason(), failure.wayOut()),
        cause);
  }
}
