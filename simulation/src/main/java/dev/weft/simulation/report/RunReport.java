package dev.weft.simulation.report;

import dev.weft.core.Digest;
import dev.weft.simulation.partition.LabelDistribution;
import java.util.List;
import java.util.Optional;

/**
 * Everything a finished run has to say about itself.
 *
 * @param labels training examples per client and class
 * @param configuration the complete configuration, as HOCON
 * @param warnings one sentence each, such as a client that was dropped
 * @param adapterDigest of the last global adapter
 * @param examplesPerSecond trained by all clients together
 */
public record RunReport(
    String title,
    String method,
    long seed,
    ModelSummary model,
    List<RoundRow> rounds,
    Optional<CentralizedReference> centralized,
    LabelDistribution labels,
    String configuration,
    List<String> warnings,
    Digest adapterDigest,
    double examplesPerSecond,
    double wallSeconds) {
  public RunReport {
    rounds = List.copyOf(rounds);
    warnings = List.copyOf(warnings);
  }

  /** The last committed round; empty if there is none. */
  public Optional<RoundRow> last() {
    return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
  }
}
