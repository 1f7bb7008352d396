package dev.weft.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a command prints.
 *
 * @param columns width of the terminal; 0 where output is not a terminal and lines must stay plain
 * @param failure why {@code out} could not be written, where that is known
 */
record Console(
    PrintWriter out, PrintWriter err, int columns, Supplier<Optional<IOException>> failure) {

  /** Streams that do not say why they could not be written. */
  Console(PrintWriter out, PrintWriter err, int columns) {
    this(out, err, columns, Optional::empty);
  }

  /** The process's own streams; the launcher says whether they are a terminal. */
  static Console ofProcess() {
    StandardOutput out = StandardOutput.ofProcess();
    return new Console(
        writer(out), writer(System.err), Integer.getInteger("weft.columns", 0), out::failure);
  }

  /** The same streams without a live line. */
  Console plain() {
    return new Console(out, err, 0, failure);
  }

  /** All on standard error, which is taken for no terminal. */
  Console toErr() {
    return new Console(err, err, 0);
  }

  /** On standard error, a line each. */
  void warn(List<String> warnings) {
    warnings.forEach(warning -> err.println("warning  " + warning));
  }

  /** Whether something that was printed did not arrive. */
  boolean hasLostOutput() {
    return out.checkError();
  }

  /** Whether nobody reads on, as after {@code | head}: no news to whoever closed the pipe. */
  boolean isUnread() {
    return failure.get().filter(e -> "Broken pipe".equals(e.getMessage())).isPresent();
  }

  boolean isTerminal() {
    return columns > 0;
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
