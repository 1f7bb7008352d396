package dev.weft.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --log}, the same for the processes that stay up. */
final class LogOption {
  @Option(
      names = "--log",
      paramLabel = "text|json",
      description = {
        "Log on standard error what happens, with run, round and site; without it only what is",
        "wrong in a library is said there."
      })
  private LogFormat format;

  /** Before anything is logged. */
  void begin() {
    Optional.ofNullable(format).ifPresentOrElse(Logging::begin, Logging::begin);
  }
}
