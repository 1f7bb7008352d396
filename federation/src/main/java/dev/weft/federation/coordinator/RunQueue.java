package dev.weft.federation.coordinator;

import dev.weft.core.Text;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.coordinator.Submission.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runs of a coordinator, in the order of their submission; a run that has failed is over and
 * does not keep the next from beginning. Safe for use by several threads.
 */
final class RunQueue {
  private final Path folder;
  private final DurableFiles records;

  RunQueue(Path folder) {
    this.folder = folder;
    this.records = new DurableFiles(folder);
  }

  /**
   * Queues a run; the same run submitted again is the run that is here.
   *
   * @param file its configuration
   * @throws WeftException if the configuration cannot be read, or a run of its name is over
   */
  synchronized Submission submit(Path file) {
    WeftConfig config = ConfigLoader.load(Optional.of(file), Map.of());
    String name = config.run().name().orElseGet(() -> baseName(file));
    Optional<Submission> known = find(name);
    if (known.isPresent() && known.get().state() == State.OVER) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "run.name: the run %s is over (%s); give the new one another name, or go on with it"
                  + " by weft resume %s",
              name, known.get().outcome(), name));
    }
    return known.orElseGet(() -> keep(queue(name, file, config)));
  }

  private Submission queue(String name, Path file, WeftConfig config) {
    Path copy = home(name).resolve("run.conf");
    try {
      Files.createDirectories(home(name));
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT, Text.format("%s: cannot be written; free the disk", copy), e);
    }
    int number = all().stream().mapToInt(Submission::number).max().orElse(0) + 1;
    Path results = Path.of(config.run().output(), name).toAbsolutePath();
    return Submission.queued(name, number, copy, results);
  }

  private static String baseName(Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^\\.+", "");
    return safe.isEmpty() ? "run" : safe;
  }

  /** Remembers how far a run is. */
  synchronized Submission keep(Submission submission) {
    records.put(submission.name(), submission.json());
    return submission;
  }

  /** The run of this name. */
  synchronized Optional<Submission> find(String name) {
    return records.get(name).map(Submission::of);
  }

  /** The next run to play: one that has begun before those that wait. */
  synchronized Optional<Submission> next() {
    return all().stream()
        .filter(one -> one.state() != State.OVER)
        .min(
            Comparator.comparing((Submission one) -> one.state() == State.QUEUED)
                .thenComparing(Submission::number));
  }

  /** All runs, in the order of their submission. */
  synchronized List<Submission> all() {
    return records.all().values().stream()
        .map(Submission::of)
        .sorted(Comparator.comparing(Submission::number))
        .toList();
  }

  /** Where the coordinator has what it needs to go on with a run. */
  Path home(String run) {
    return folder.resolve(run);
  }
}
