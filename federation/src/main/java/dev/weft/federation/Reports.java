package dev.weft.federation;

import dev.weft.aggregation.RoundAggregation;
import dev.weft.core.Digest;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.Provenance;
import dev.weft.federation.report.RunReport;
import dev.weft.federation.report.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns what happened into what is reported. */
public final class Reports {
  private Reports() {}

  public static RunReport of(
      Path folder,
      Ground ground,
      Start start,
      RunResult result,
      Optional<Evaluation> reference,
      Timing timing) {
    return new RunReport(
        folder.getFileName().toString(),
        result.method(),
        result.outcome(),
        ground.seed().value(),
        ground.model().facts(),
        ground.members().size(),
        result.start(),
        result.rounds(),
        unmeasured(start.config(), result),
        reference,
        ground.labels(),
        configuration(ground, start),
        result.warnings(),
        result.digest(),
        result.examplesPerSecond(),
        timing);
  }

  public static ComparisonReport of(
      Path folder,
      Ground ground,
      WeftConfig config,
      List<RunResult> results,
      Optional<Evaluation> reference,
      Timing timing) {
    return new ComparisonReport(
        folder.getFileName().toString(),
        config.run().seed(),
        ground.model().facts(),
        results.stream()
            .map(
                result ->
                    new ComparisonReport.MethodRun(
                        result.method(),
                        result.outcome(),
                        result.start().evaluation(),
                        result.rounds(),
                        unmeasured(config, result),
                        result.warnings(),
                        result.digest(),
                        result.wallSeconds()))
            .toList(),
        reference,
        ground.labels(),
        ConfigWriter.write(config),
        timing);
  }

  /** The complete configuration with everything that was left to Weft resolved. */
  public static String configuration(Ground ground, Start start) {
    return ConfigWriter.write(Resolution.of(ground, start));
  }

  public static Provenance provenance(Ground ground, Start start, RunResult result) {
    Map<String, Digest> digests = new TreeMap<>();
    digests.put("model", ground.model().facts().digest());
    digests.put("target", ground.target().digest());
    if (result.committed()) {
      digests.put("adapter", result.digest());
    }
    ground.heldOut().testDigest().ifPresent(test -> digests.put("test", test));
    Map<String, String> versions = new TreeMap<>(Versions.all());
    versions.putAll(start.plugins(ground));
    return new Provenance(result.method(), ground.seed().value(), digests, versions);
  }

  private static Optional<String> unmeasured(WeftConfig config, RunResult result) {
    return RoundAggregation.unmeasured(
        config.method().measureError(), result.state().adapter().form());
  }
}
