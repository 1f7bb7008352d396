package dev.weft.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/** What is logged; see {@code logback.xml} for what is unless someone asks for more. */
final class Logging {
  /** Keys of a line, the same in both formats. */
  static final String RUN = "run";

  static final String ROUND = "round";
  static final String SITE = "site";

  /** What others say may have line breaks, which would look like lines of ours. */
  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0}:"
          + " %replace(%msg %kvp %X{site}){'[\\r\\n]+', ' '}%n%nopex";

  private Logging() {}

  /** Made ready before several threads want it at once, of which all but one would complain. */
  static void begin() {
    LoggerFactory.getILoggerFactory();
  }

  /** Weft's own doings and what libraries warn of, on standard error. */
  static void begin(LogFormat format) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Encoder<ILoggingEvent> encoder = format == LogFormat.JSON ? new JsonLines() : lines();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    context.getLogger("dev.weft").setLevel(Level.INFO);
  }

  private static Encoder<ILoggingEvent> lines() {
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setPattern(LINE);
    return lines;
  }
}
