package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveLineTest {
  private static final String ERASE = "\r\u001b[K";

  private final StringWriter printed = new StringWriter();
  private final AtomicLong now = new AtomicLong();

  @ParameterizedTest
  @CsvSource({
    "0, ····",
    "0.125, ▌···",
    "0.5, ██··",
    "0.874, ███▌",
    "1, ████",
    "-3, ····",
    "7, ████",
    "NaN, ····",
  })
  void aBarFillsInHalfCellsAndNeverLeavesItsWidth(double share, String bar) {
    assertThat(LiveLine.bar(share, 4)).isEqualTo(bar);
  }

  @Test
  void aTerminalsLineIsRewrittenInPlaceAndMakesWayForLinesThatStay() {
    LiveLine live = live(80);
    live.show("10 %");
    live.show("20 %");
    live.print("round 1");
    live.print("round 2");
    assertThat(printed.toString())
        .isEqualTo(ERASE + "10 %" + ERASE + "20 %" + ERASE + Text.format("round 1%nround 2%n"));
  }

  @Test
  void aLineThatDoesNotFitIsCutBeforeTheTerminalWraps() {
    live(5).show("123456789");
    assertThat(printed.toString()).isEqualTo(ERASE + "1234");
  }

  @Test
  void elsewhereOnlyLinesThatStayArePrinted() {
    LiveLine live = live(0);
    live.show("10 %");
    live.print("round 1");
    live.clear();
    assertThat(printed.toString()).isEqualTo("round 1" + System.lineSeparator());
  }

  @Test
  void aLogIsToldNowAndThenWhatIsGoingOnButNotWhileItHearsOfIt() {
    LiveLine live = new LiveLine(console(0), now::get);
    live.show("opening");
    after(10, live);
    assertThat(printed.toString()).isEmpty();
    after(5, live);
    after(1, live);
    live.show("training");
    after(14, live);
    live.print("round 1");
    after(14, live);
    after(1, live);
    live.clear();
    after(100, live);
    assertThat(printed.toString().lines())
        .containsExactly(
            "  opening  (15.0 s so far)",
            "  training  (30.0 s so far)",
            "round 1",
            "  training  (45.0 s so far)");
  }

  @Test
  void aTerminalNeedsNoSuchLines() {
    LiveLine live = new LiveLine(console(80), now::get);
    live.show("opening");
    after(100, live);
    assertThat(printed.toString()).isEqualTo(ERASE + "opening");
  }

  private void after(long seconds, LiveLine live) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    live.beat();
  }

  private Console console(int columns) {
    PrintWriter out = new PrintWriter(printed);
    return new Console(out, out, columns);
  }

  private LiveLine live(int columns) {
    return new LiveLine(console(columns));
  }
}
