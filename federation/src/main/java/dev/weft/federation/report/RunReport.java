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
 * Everything a finished run has to say about itself.
 *
 * @param outcome how the run ended
 * @param start what was found out about the state before round 1
 * @param clients how many share the training data
 * @param unmeasured why the rounds' aggregation error was not measured; empty if it was
 * @param centralized what the same budget reaches on pooled data: the mark a federated run is
 *     measured by
 * @param labels training examples per client and class; empty where the task has no classes
 * @param configuration the complete configuration, as HOCON
 * @param warnings one sentence each, such as a client that was dropped
 * @param adapterDigest of the last global adapter, which without a committed round nobody has
 * @param examplesPerSecond trained by all clients together while rounds are on
 * @param timing of the process up to this report
 */
public record RunReport(
    String title,
    String method,
    RunOutcome outcome,
    long seed,
    ModelFacts model,
    int clients,
    Findings start,
    List<MeasuredRound> rounds,
    Optional<String> unmeasured,
    Optional<Evaluation> centralized,
    Optional<LabelDistribution> labels,
    String configuration,
    List<String> warnings,
    Digest adapterDigest,
    double examplesPerSecond,
    Timing timing) {
  public RunReport {
    rounds = List.copyOf(rounds);
    warnings = List.copyOf(warnings);
  }

  /** The last committed round; empty if there is none. */
  public Optional<MeasuredRound> last() {
    return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
  }

  /** Whether the coordinator measured any state, or tried to. */
  public boolean measuredHere() {
    return Stream.concat(Stream.of(start), rounds.stream().map(MeasuredRound::findings))
        .anyMatch(one -> one.evaluation().isPresent() || one.failure().isPresent());
  }

  /** Artifacts sent in rounds and for measurements, in bytes. */
  public long bytesDown() {
    return rounds.stream().mapToLong(row -> row.metrics().bytesDown()).sum()
        + new SitesFigures(this).bytesDown();
  }

  /** What the coordinator measured, the most telling first. */
  public List<Metric> metrics() {
    return Evaluation.metrics(
        Stream.of(
                start.evaluation().stream(),
                rounds.stream().flatMap(row -> row.evaluation().stream()),
                centralized.stream())
            .flatMap(evaluations -> evaluations));
  }
}
