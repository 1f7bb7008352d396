package dev.weft.cli;

import dev.weft.core.Text;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.LongSupplier;

/**
 * What is going on at this moment: the line at the bottom of a terminal that is rewritten in place.
 * Elsewhere, in a log, it is a line now and then while nothing else is printed.
 */
final class LiveLine implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";
  private static final double NANOS = 1e9;

  /** Seconds without a line from which a log is told that the work is still on. */
  private static final double SILENCE = 15;

  private static final long BEAT_MILLIS = 1000;

  private final Console console;
  private final LongSupplier nanoTime;
  private final long begun;
  private Optional<Timer> heart = Optional.empty();
  private Optional<String> status = Optional.empty();
  private long lastPrinted;
  private boolean shown;

  LiveLine(Console console) {
    this(console, System::nanoTime);
  }

  LiveLine(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.lastPrinted = begun;
  }

  /** A line that speaks up by itself in a log, until it is closed. */
  static LiveLine beating(Console console) {
    LiveLine live = new LiveLine(console);
    if (!console.isTerminal()) {
      Timer heart = new Timer("live-line", true);
      heart.schedule(
          new TimerTask() {
            @Override
            public void run() {
              live.beat();
            }
          },
          BEAT_MILLIS,
          BEAT_MILLIS);
      live.heart = Optional.of(heart);
    }
    return live;
  }

  synchronized void show(String text) {
    status = Optional.of(text);
    if (console.isTerminal()) {
      String fitting =
          text.length() < console.columns() ? text : text.substring(0, console.columns() - 1);
      console.out().print(ERASE + fitting);
      console.out().flush();
      shown = true;
    }
  }

  /** In a log, says what is going on if nothing has been said for long. */
  synchronized void beat() {
    long now = nanoTime.getAsLong();
    if (!console.isTerminal() && status.isPresent() && (now - lastPrinted) / NANOS >= SILENCE) {
      line(Text.format("  %s  (%s so far)", status.get(), Figures.seconds((now - begun) / NANOS)));
    }
  }

  /** Prints a line that stays, above the live one. */
  synchronized void print(String line) {
    erase();
    line(line);
  }

  /** Nothing is going on any more. */
  synchronized void clear() {
    erase();
    status = Optional.empty();
  }

  @Override
  public void close() {
    heart.ifPresent(Timer::cancel);
    clear();
  }

  private void line(String line) {
    console.out().println(line);
    console.out().flush();
    lastPrinted = nanoTime.getAsLong();
  }

  private void erase() {
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
