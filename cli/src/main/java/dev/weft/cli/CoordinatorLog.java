package dev.weft.cli;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.federation.coordinator.CoordinatorListener;
import dev.weft.federation.report.RunReport;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what happens in a coordinator's runs, each line with its run and, where it has them, round
 * and site. Nothing of a single site's update or loss is said.
 */
final class CoordinatorLog implements CoordinatorListener {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLog.class);

  private volatile String run = "";

  @Override
  public void news(String line) {
    LOG.info(line);
  }

  @Override
  public void starting(String name, String method, int rounds, Path folder, List<String> warnings) {
    run = name;
    info()
        .addKeyValue("method", method)
        .addKeyValue("rounds", rounds)
        .addKeyValue("results", folder)
        .log("run begins or goes on");
    warnings.forEach(warning -> warn().log(warning));
  }

  @Override
  public void happened(RunEvent event) {
    if (event instanceof RunEvent.RoundStarted started) {
      info()
          .addKeyValue(Logging.ROUND, started.round())
          .addKeyValue("attempt", started.attempt())
          .addKeyValue("sites", started.cohort().size())
          .log("round begins");
    } else if (event instanceof RunEvent.ClientDelivered delivered) {
      info()
          .addKeyValue(Logging.ROUND, delivered.round())
          .addKeyValue(Logging.SITE, delivered.client())
          .log("update is in the sum");
    } else if (event instanceof RunEvent.ClientDropped dropped) {
      warn()
          .addKeyValue(Logging.ROUND, dropped.round())
          .addKeyValue(Logging.SITE, dropped.client())
          .log(dropped.sentence());
    } else if (event instanceof RunEvent.RoundFailed failed) {
      warn()
          .addKeyValue(Logging.ROUND, failed.round())
          .addKeyValue("attempt", failed.attempt())
          .log(failed.sentence());
    } else if (event instanceof RunEvent.RoundCommitted committed) {
      committed(committed.metrics());
    } else if (event instanceof RunEvent.Evaluated evaluated) {
      info()
          .addKeyValue(Logging.ROUND, evaluated.round())
          .addKeyValue("testLoss", evaluated.evaluation().loss())
          .log("state was measured");
    } else if (event instanceof RunEvent.EvaluatedAtSites asked) {
      asked(asked.round(), asked.evaluation());
    } else if (event instanceof RunEvent.EvaluationFailed failed) {
      warn().addKeyValue(Logging.ROUND, failed.round()).log(failed.sentence());
    } else if (event instanceof RunEvent.JournalFailed failed) {
      warn().log(failed.sentence());
    } else if (event instanceof RunEvent.RunEnded ended) {
      ended(ended.outcome());
    }
  }

  private void asked(int round, SitesEvaluation evaluation) {
    LoggingEventBuilder line =
        info()
            .addKeyValue(Logging.ROUND, round)
            .addKeyValue("sites", evaluation.pooled().map(one -> one.sites().size()).orElse(0))
            .addKeyValue("withheld", evaluation.withheld().size())
            .addKeyValue("missing", evaluation.missing().size());
    evaluation
        .pooled()
        .map(pooled -> line.addKeyValue("testLoss", pooled.mean().loss()))
        .orElse(line)
        .log("state was measured at the sites");
    evaluation
        .missing()
        .forEach(
            (site, why) ->
                info()
                    .addKeyValue(Logging.ROUND, round)
                    .addKeyValue(Logging.SITE, site)
                    .log("has not measured the state: {}", why));
  }

  private void committed(RoundMetrics round) {
    info()
        .addKeyValue(Logging.ROUND, round.round())
        .addKeyValue("sites", round.clients())
        .addKeyValue("seconds", round.seconds())
        .addKeyValue("bytesUp", round.bytesUp())
        .addKeyValue("bytesDown", round.bytesDown())
        .log("round is committed");
  }

  private void ended(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Failed failed) {
      about(LOG.atError()).log("run failed: {}", failed.reason());
    } else if (outcome instanceof RunOutcome.Refused refused) {
      about(LOG.atError()).log("run refused: {}", refused.reason());
    } else {
      info().log(outcome instanceof RunOutcome.Completed ? "run is completed" : "run was stopped");
    }
  }

  @Override
  public void reported(RunReport report) {
    info().addKeyValue("adapter", report.adapterDigest().hex()).log("results are written");
  }

  private LoggingEventBuilder info() {
    return about(LOG.atInfo());
  }

  private LoggingEventBuilder warn() {
    return about(LOG.atWarn());
  }

  private LoggingEventBuilder about(LoggingEventBuilder line) {
    return line.addKeyValue(Logging.RUN, run);
  }
}
