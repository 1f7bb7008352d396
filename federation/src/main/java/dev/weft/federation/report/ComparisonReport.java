package dev.weft.federation.report;

import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.finetune.ModelFacts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Several methods on the same clients, data and seed.
 *
 * @param centralized what the first method's budget reaches on pooled data
 * @param labels training examples per client and class; empty where the task has no classes
 * @param timing of the process up to this report, a phase per method
 */
public record ComparisonReport(
    String title,
    long seed,
    ModelFacts model,
    List<MethodRun> methods,
    Optional<Evaluation> centralized,
    Optional<LabelDistribution> labels,
    String configuration,
    Timing timing) {
  public ComparisonReport {
    methods = List.copyOf(methods);
  }

  /** What was measured, the most telling first. */
  public List<Metric> metrics() {
    return Evaluation.metrics(
        Stream.concat(
            methods.stream()
                .flatMap(run -> run.rounds().stream())
                .flatMap(row -> row.evaluation().stream()),
            centralized.stream()));
  }

  /**
   * One method's run.
   *
   * @param outcome how it ended
   * @param start evaluation of its state before round 1; empty if it was not measured
   * @param unmeasured why its rounds' aggregation error was not measured; empty if it was
   * @param wallSeconds of this run alone
   */
  public record MethodRun(
      String method,
      RunOutcome outcome,
      Optional<Evaluation> start,
      List<MeasuredRound> rounds,
      Optional<String> unmeasured,
      List<String> warnings,
      Digest adapterDigest,
      double wallSeconds) {
    public MethodRun {
      rounds = List.copyOf(rounds);
      warnings = List.copyOf(warnings);
    }

    /** The last committed round; empty if there is none. */
    public Optional<MeasuredRound> last() {
      return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
    }

    public long bytesUp() {
      return rounds.stream().mapToLong(row -> row.metrics().bytesUp()).sum();
    }

    public long bytesDown() {
      return rounds.stream().mapToLong(row -> row.metrics().bytesDown()).sum();
    }
  }
}
