package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void theFirstColumnIsAlignedToTheLeftAndAllOthersToTheRight() {
    assertThat(new Table("", "accuracy", "F1").row("fed-sb", "0.8", "0.75").lines())
        .containsExactly(
            "        accuracy    F1", //
            "──────────────────────", //
            "fed-sb       0.8  0.75");
  }

  @Test
  void everyLineIsAsWideAsItsWidestCellsNeed() {
    assertThat(new Table("method", "up").row("a", "12.3 MB").row("a longer name", "1 B").lines())
        .containsExactly(
            "method              up",
            "──────────────────────",
            "a              12.3 MB",
            "a longer name      1 B");
  }

  @Test
  void aRowNeedsACellForEveryColumn() {
    Table table = new Table("method", "up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.row("fedit"))
        .withMessageStartingWith("cells:");
  }
}
