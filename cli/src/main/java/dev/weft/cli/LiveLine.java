package dev.weft.cli;

/** The one line at the bottom of a terminal that is rewritten in place; nothing elsewhere. */
final class LiveLine {
  private static final String ERASE = "\r\u001b[K";

  private final Console console;
  private boolean shown;

  LiveLine(Console console) {
    this.console = console;
  }

  synchronized void show(String text) {
    if (console.isTerminal()) {
      String fitting =
          text.length() < console.columns() ? text : text.substring(0, console.columns() - 1);
      console.out().print(ERASE + fitting);
      console.out().flush();
      shown = true;
    }
  }

  /** Prints a line that stays, above the live one. */
  synchronized void print(String line) {
    clear();
    console.out().println(line);
    console.out().flush();
  }

  synchronized void clear() {
    if (shown) {
      console.out().print(ERASE);
      console.out().flush();
      shown = false;
    }
  }

  /** A bar such as {@code ████▌···} of this many cells. */
  static String bar(double share, int cells) {
    int halves = (int) Math.round(Math.max(0, Math.min(1, share)) * 2 * cells);
    String filled = "█".repeat(halves / 2) + (halves % 2 == 1 ? "▌" : "");
    return filled + "·".repeat(cells - filled.length());
  }
}
