package dev.weft.simulation.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LookalikesTest {

  @Test
  void namesThatDifferInCaseSpaceOrFormAreNamedTogether() {
    assertThat(
            Lookalikes.warnings(
                List.of(
                    "north", "Su\u0308d", "S\u00fcd", "North ", "east", "Stra\u00dfe", "STRASSE")))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).startsWith("the sites \"North \", \"north\" differ"))
        .anySatisfy(line -> assertThat(line).contains("S\u00fcd").contains("count as 2 sites"))
        .anySatisfy(line -> assertThat(line).contains("Stra\u00dfe").contains("STRASSE"));
  }

  @Test
  void otherNamesAreLeftAlone() {
    assertThat(
            Lookalikes.warnings(List.of("St. Mary's", "St. Marys", "1", "\u0661", "a", "\u0430")))
        .isEmpty();
  }
}
