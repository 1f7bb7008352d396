package dev.weft.simulation.report;

import dev.weft.core.Digest;
import dev.weft.simulation.partition.LabelDistribution;
import java.util.List;
import java.util.Optional;

/** Several methods on the same clients, data and seed. */
public record ComparisonReport(
    String title,
    long seed,
    ModelSummary model,
    List<MethodRun> methods,
    Optional<CentralizedReference> centralized,
    LabelDistribution labels,
    String configuration) {
  public ComparisonReport {
    methods = List.copyOf(methods);
  }

  /** One method's run. */
  public record MethodRun(
      String method,
      List<RoundRow> rounds,
      List<String> warnings,
      Digest adapterDigest,
      double wallSeconds) {
    public MethodRun {
      rounds = List.copyOf(rounds);
      warnings = List.copyOf(warnings);
    }

    /** The last committed round; empty if there is none. */
    public Optional<RoundRow> last() {
      return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
    }

    public long bytesUp() {
      return rounds.stream().mapToLong(RoundRow::bytesUp).sum();
    }

    public long bytesDown() {
      return rounds.stream().mapToLong(RoundRow::bytesDown).sum();
    }
  }
}
