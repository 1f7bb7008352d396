package dev.weft.cli;

import dev.weft.client.site.SiteEvent;
import dev.weft.protocol.ClientReply;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what a site's process does, each line with its site and, where it has them, run and round.
 */
final class SiteLog implements Consumer<SiteEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(SiteLog.class);
  private static final String CODE = "code";

  private final String site;

  /**
   * @param site its name
   */
  SiteLog(String site) {
    this.site = site;
  }

  @Override
  public void accept(SiteEvent event) {
    if (event instanceof SiteEvent.Connected connected) {
      about(LOG.atInfo()).log("connected to {} ({})", connected.address(), connected.software());
    } else if (event instanceof SiteEvent.Lost lost) {
      about(LOG.atWarn()).log("no line to {}: {}", lost.address(), lost.reason());
    } else if (event instanceof SiteEvent.Renewed renewed) {
      about(LOG.atInfo()).log("the certificate is renewed until {}", renewed.until());
    } else if (event instanceof SiteEvent.Refused refused) {
      about(LOG.atError()).addKeyValue(CODE, refused.code()).log(refused.sentence());
    } else if (event instanceof SiteEvent.Preparing preparing) {
      about(LOG.atInfo()).addKeyValue(Logging.RUN, preparing.terms().run()).log("run asks");
    } else if (event instanceof SiteEvent.MemoryDivided divided) {
      about(LOG.atInfo())
          .addKeyValue(Logging.RUN, divided.run())
          .log("memory: {}", divided.memory().describe());
    } else if (event instanceof SiteEvent.Prepared prepared) {
      about(LOG.atInfo())
          .addKeyValue(Logging.RUN, prepared.run())
          .addKeyValue("examples", prepared.examples())
          .log("ready");
    } else if (event instanceof SiteEvent.NotPrepared not) {
      about(LOG.atWarn())
          .addKeyValue(Logging.RUN, not.run())
          .addKeyValue(CODE, not.code())
          .log(not.sentence());
    } else if (event instanceof SiteEvent.Replied replied) {
      replied(replied.reply());
    } else if (event instanceof SiteEvent.TrainingGoesOn on) {
      about(LOG.atInfo())
          .addKeyValue(Logging.RUN, on.id().run())
          .addKeyValue(Logging.ROUND, on.id().round())
          .addKeyValue("steps", on.steps())
          .log("training goes on");
    } else if (event instanceof SiteEvent.TrainingNotKept not) {
      about(LOG.atWarn()).log(not.sentence());
    } else if (event instanceof SiteEvent.RunEnded ended) {
      about(LOG.atInfo())
          .addKeyValue(Logging.RUN, ended.run())
          .log("run is over: {}", ended.outcome());
    } else if (event instanceof SiteEvent.Kept kept) {
      about(LOG.atInfo())
          .addKeyValue(Logging.RUN, kept.run())
          .addKeyValue("folder", kept.folder())
          .log("results are kept");
    } else if (event instanceof SiteEvent.NotKept not) {
      about(LOG.atWarn()).addKeyValue(Logging.RUN, not.run()).log(not.sentence());
    }
  }

  private void replied(ClientReply reply) {
    if (reply instanceof ClientReply.Uploaded uploaded) {
      about(LOG.atInfo(), reply)
          .addKeyValue("bytes", uploaded.update().bytes())
          .addKeyValue("seconds", uploaded.seconds())
          .log("update is sent");
    } else if (reply instanceof ClientReply.Measured measured) {
      about(LOG.atInfo(), reply)
          .addKeyValue("examples", measured.counts().examples())
          .log("state is measured");
    } else if (reply instanceof ClientReply.NotMeasured not) {
      about(LOG.atInfo(), reply).log("state is not measured: {}", not.sentence());
    } else if (reply instanceof ClientReply.Failed failed) {
      about(LOG.atWarn(), reply).addKeyValue(CODE, failed.code()).log(failed.sentence());
    } else if (reply instanceof ClientReply.Declined declined) {
      about(LOG.atWarn(), reply).log("declined: {}", declined.reason());
    }
  }

  private LoggingEventBuilder about(LoggingEventBuilder line, ClientReply reply) {
    return about(line)
        .addKeyValue(Logging.RUN, reply.id().run())
        .addKeyValue(Logging.ROUND, reply.id().round());
  }

  private LoggingEventBuilder about(LoggingEventBuilder line) {
    return line.addKeyValue(Logging.SITE, site);
  }
}
