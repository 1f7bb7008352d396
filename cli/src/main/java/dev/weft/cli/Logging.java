package dev.weft.cli;

import org.slf4j.LoggerFactory;

/** What libraries say; see {@code logback.xml}. */
final class Logging {
  private Logging() {}

  /** Made ready before several threads want it at once, of which all but one would complain. */
  static void begin() {
    LoggerFactory.getILoggerFactory();
  }
}
