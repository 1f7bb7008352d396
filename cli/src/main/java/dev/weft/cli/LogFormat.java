package dev.weft.cli;

/** How a line of the log is written. */
enum LogFormat {
  /** For people. */
  TEXT,

  /** One JSON object. */
  JSON
}
