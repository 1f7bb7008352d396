package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

  @ParameterizedTest
  @CsvSource({
    "hospital-b, hospital-b",
    "7, 7",
    "St. Mary's hospital, st-mary-s-hospital--",
    "协和医院, site--",
    "بیمارستان, site--",
    "🏥, site--",
    "Hospital-B, hospital-b--",
    "hospital_b, hospital-b--",
    "-, site--",
    "a-, a--",
    "coordinator, coordinator--"
  })
  void whatIsReadableOfANameStaysReadable(String name, String beginning) {
    assertThat(id(name).value()).startsWith(beginning.split("--", 2)[0]);
    assertThat(id(name).value().contains("--")).isEqualTo(beginning.contains("--"));
  }

  /** The digits are those of {@code printf %s 协和医院 | sha256sum}, on any machine. */
  @Test
  void theDigitsAreTheHeadOfTheNamesSha256() {
    assertThat(id("协和医院").value()).isEqualTo("site--9b333799bf3f4302f5038737");
  }

  @Property
  void everyNameGivesAnIdOfTheWire(@ForAll("names") String name) {
    assertThat(id(name).value()).matches("[a-z0-9-]{1,63}");
    assertThat(id(name)).isEqualTo(id(name));
  }

  @Property
  void differentNamesGiveDifferentIds(@ForAll("names") String left, @ForAll("names") String right) {
    Assume.that(!left.equals(right));
    assertThat(id(left)).isNotEqualTo(id(right));
  }

  /** Names made to meet: an id, its spellings, and the ids that were derived from them. */
  @Property
  void idsOfIdsAndSpellingsOfOneNameAllDiffer(@ForAll("names") String name) {
    Set<String> spellings = new HashSet<>(List.of(name, name + " ", "-" + name, name + "-x"));
    spellings.add(name.toUpperCase(java.util.Locale.ROOT));
    spellings.add(id(name).value());
    spellings.add(id(id(name).value()).value());
    Set<NodeId> ids = new HashSet<>();
    spellings.forEach(spelling -> ids.add(id(spelling)));
    assertThat(ids).hasSize(spellings.size());
  }

  @Property
  void noSiteIsTheCoordinator(@ForAll("names") String name) {
    assertThat(id(name)).isNotEqualTo(NodeId.COORDINATOR);
    assertThat(id("coordinator")).isNotEqualTo(NodeId.COORDINATOR);
  }

  @Test
  void aNameOf63LettersIsItsOwnIdAndALongerOneIsCut() {
    assertThat(id("a".repeat(63)).value()).isEqualTo("a".repeat(63));
    assertThat(id("a".repeat(64)).value()).hasSize(63).startsWith("a".repeat(37) + "--");
    assertThat(id("a".repeat(36) + "_" + "b".repeat(30)).value())
        .hasSize(62)
        .startsWith("a".repeat(36) + "--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a b", "é", "a.b"})
  void anythingElseIsNoId(String value) {
    assertThatThrownBy(() -> new NodeId(value)).hasMessageContaining("node id");
    assertThatThrownBy(() -> new FederationId(value)).hasMessageContaining("federation id");
  }

  @Test
  void anIdIsAtMost63Long() {
    assertThatThrownBy(() -> new NodeId("a".repeat(64))).hasMessageContaining("1 to 63");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb", "a\u0000", "\uD83C", "a\u2028b", "\uDFE5\uD83C"})
  void aNameThatCannotBePrintedIsRefused(String name) {
    assertThatThrownBy(() -> new DisplayName(name))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("the name");
  }

  @Test
  void aNameHasAtMost256BytesAsTheWireCountsThem() {
    assertThat(new DisplayName("协".repeat(85) + "x").text()).hasSize(86);
    assertThatThrownBy(() -> new DisplayName("协".repeat(85) + "xy"))
        .hasMessageContaining("takes 257 bytes")
        .hasMessageContaining("at most 256");
  }

  @Test
  void twoFederationsOfOneNameAreToldApart() {
    DisplayName name = new DisplayName("Kliniken & Söhne ".repeat(9));
    FederationId first = FederationId.drawn(name, new java.security.SecureRandom());
    assertThat(first.value()).matches("kliniken-s-hne-kliniken[a-z-]+-[0-9a-f]{8}");
    assertThat(FederationId.drawn(name, new java.security.SecureRandom())).isNotEqualTo(first);
  }

  @Provide
  static Arbitrary<String> names() {
    Arbitrary<String> any = Arbitraries.strings().all().ofMinLength(1).ofMaxLength(60);
    Arbitrary<String> near =
        Arbitraries.strings().withChars("aAb-_. é协").ofMinLength(1).ofMaxLength(80);
    return Arbitraries.oneOf(any, near).filter(NodeIdTest::isAName);
  }

  private static boolean isAName(String text) {
    try {
      return !new DisplayName(text + "-x").text().isBlank() && !text.isBlank();
    } catch (WeftException e) {
      return false;
    }
  }

  private static NodeId id(String name) {
    return NodeId.of(new DisplayName(name));
  }
}
