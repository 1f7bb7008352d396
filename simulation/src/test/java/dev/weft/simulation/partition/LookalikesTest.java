package dev.weft.simulation.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LookalikesTest {

  @Test
  void namesThatDifferInCaseSpaceOrFormAreNamedTogether() {
    assertThat(
            Lookalikes.warnings(
                "sites",
                List.of(
                    "north", "Su\u0308d", "S\u00fcd", "North ", "east", "Stra\u00dfe", "STRASSE")))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).startsWith("the sites \"North \", \"north\" differ"))
        .anySatisfy(line -> assertThat(line).contains("S\u00fcd").contains("count as 2;"))
        .anySatisfy(line -> assertThat(line).contains("Stra\u00dfe").contains("STRASSE"));
  }

  @Test
  void namesWithBlanksAroundThemCountAsOneAndThatIsSaid() {
    assertThat(Lookalikes.warnings("sites", List.of("a", "a ", " a", "b")))
        .containsExactly(
            "the sites \" a\", \"a\", \"a \" differ only in blanks around them and count as one");
    assertThat(Lookalikes.warnings("sites", List.of("a", "a ", "A")))
        .singleElement()
        .asString()
        .contains("count as 2;");
  }

  @Test
  void otherNamesAreLeftAlone() {
    assertThat(
            Lookalikes.warnings(
                "classes", List.of("St. Mary's", "St. Marys", "1", "\u0661", "a", "\u0430")))
        .isEmpty();
  }
}
