package dev.weft.simulation;

import dev.weft.aggregation.RoundAggregation;
import dev.weft.core.Digest;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.simulation.report.ComparisonReport;
import dev.weft.simulation.report.Provenance;
import dev.weft.simulation.report.RunReport;
import dev.weft.simulation.report.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns what happened into what is reported. */
final class Reports {
  private Reports() {}

  static RunReport of(
      Path folder,
      Workbench bench,
      Start start,
      RunResult result,
      Optional<Evaluation> reference,
      Timing timing) {
    return new RunReport(
        folder.getFileName().toString(),
        result.method(),
        result.outcome(),
        bench.seed().value(),
        bench.model().facts(),
        bench.clients().size(),
        result.start(),
        result.rounds(),
        unmeasured(start.config(), result),
        reference,
        bench.labels(),
        configuration(bench, start),
        result.warnings(),
        result.digest(),
        result.examplesPerSecond(),
        timing);
  }

  static ComparisonReport of(
      Path folder,
      Workbench bench,
      WeftConfig config,
      List<RunResult> results,
      Optional<Evaluation> reference,
      Timing timing) {
    return new ComparisonReport(
        folder.getFileName().toString(),
        config.run().seed(),
        bench.model().facts(),
        results.stream()
            .map(
                result ->
                    new ComparisonReport.MethodRun(
                        result.method(),
                        result.outcome(),
                        result.start(),
                        result.rounds(),
                        unmeasured(config, result),
                        result.warnings(),
                        result.digest(),
                        result.wallSeconds()))
            .toList(),
        reference,
        bench.labels(),
        ConfigWriter.write(config),
        timing);
  }

  /** The complete configuration with everything that was left to Weft resolved. */
  static String configuration(Workbench bench, Start start) {
    return ConfigWriter.write(Resolution.of(bench, start));
  }

  static Provenance provenance(Workbench bench, Start start, RunResult result) {
    Map<String, Digest> digests = new TreeMap<>();
    digests.put("model", bench.model().facts().digest());
    digests.put("target", bench.target().digest());
    if (result.committed()) {
      digests.put("adapter", result.digest());
    }
    digests.put("test", bench.testDigest());
    Map<String, String> versions = new TreeMap<>(Versions.all());
    versions.putAll(start.plugins(bench));
    return new Provenance(result.method(), bench.seed().value(), digests, versions);
  }

  private static Optional<String> unmeasured(WeftConfig config, RunResult result) {
    return RoundAggregation.unmeasured(
        config.method().measureError(), result.state().adapter().form());
  }
}
