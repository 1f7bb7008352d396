package dev.weft.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a command prints.
 *
 * @param columns width of the terminal; 0 where output is not a terminal and lines must stay plain
 */
record Console(PrintWriter out, PrintWriter err, int columns) {

  /** The process's own streams; the launcher says whether they are a terminal. */
  static Console ofProcess() {
    return new Console(
        writer(System.out), writer(System.err), Integer.getInteger("weft.columns", 0));
  }

  /** The same streams without a live line. */
  Console plain() {
    return new Console(out, err, 0);
  }

  /** All on standard error, which is taken for no terminal. */
  Console toErr() {
    return new Console(err, err, 0);
  }

  /** On standard error, a line each. */
  void warn(List<String> warnings) {
    warnings.forEach(warning -> err.println("warning  " + warning));
  }

  boolean isTerminal() {
    return columns > 0;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
