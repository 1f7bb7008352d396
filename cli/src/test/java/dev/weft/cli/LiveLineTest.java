package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveLineTest {
  private static final String ERASE = "\r\u001b[K";

  private final StringWriter printed = new StringWriter();

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

  private LiveLine live(int columns) {
    PrintWriter out = new PrintWriter(printed);
    return new LiveLine(new Console(out, out, columns));
  }
}
