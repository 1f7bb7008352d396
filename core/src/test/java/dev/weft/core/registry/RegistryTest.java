package dev.weft.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final Tool SAW = new Tool("saw");
  private static final Tool AXE = new Tool("axe");
  private static final Tool FILE = new Tool("file");

  private record Tool(String name) implements Named {}

  @Test
  void ownComeFirstAndOnlyOthersHaveAnOrigin() {
    Registry<Tool> registry =
        new Registry<>(List.of(SAW, AXE), () -> List.of(new Outside<>(FILE, "acme.jar 12")));

    assertThat(registry.all()).containsExactly(SAW, AXE, FILE);
    assertThat(registry.names(tool -> !tool.equals(AXE))).containsExactly("saw", "file");
    assertThat(registry.find("file")).contains(FILE);
    assertThat(registry.origins(FILE).byName()).containsExactly(entry("file", "acme.jar 12"));
    assertThat(registry.origins(SAW)).isEqualTo(Origins.none());
  }

  @Test
  void aWrongNameIsAnsweredWithTheKnownOnes() {
    Registry<Tool> registry =
        new Registry<>(List.of(SAW), () -> List.of(new Outside<>(FILE, "acme.jar 12")));

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () -> registry.named("swa", known -> new WeftException(Problem.BAD_VALUE, known)))
        .withMessage("saw, file");
  }

  @Test
  void aNameThatIsTakenIsRefusedWithItsOrigin() {
    for (List<Outside<Tool>> outside :
        List.of(
            List.of(new Outside<>(SAW, "acme.jar 12")),
            List.of(new Outside<>(FILE, "other.jar 34"), new Outside<>(FILE, "acme.jar 12")))) {
      Registry<Tool> registry = new Registry<>(List.of(SAW), () -> outside);

      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(registry::all)
          .withMessageContaining("plugins: acme.jar 12 names");
    }
  }

  @Test
  void twoOwnOfOneNameAreAMistake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Registry<>(List.of(SAW, new Tool("saw")), List::of))
        .withMessageContaining("own: two share a name");
  }

  @Test
  void twoKindsMayShareAName() {
    Origins one = origins("acme.jar 12");

    assertThat(one.and(one)).isEqualTo(one);
    assertThat(one.and(origins("other.jar 34"))).isEqualTo(origins("acme.jar 12, other.jar 34"));
    assertThat(one.and(Origins.none())).isEqualTo(one);
  }

  private static Origins origins(String origin) {
    return new Origins(new TreeMap<>(Map.of("file", origin)));
  }

  @Test
  void jarsAreLookedThroughOnce() {
    AtomicInteger looks = new AtomicInteger();
    Registry<Tool> registry =
        new Registry<>(
            List.of(SAW),
            () -> {
              looks.incrementAndGet();
              return List.of();
            });

    registry.all();
    registry.names();

    assertThat(looks).hasValue(1);
  }

  @Test
  void whatFailsOutsideIsNamedWithItsOriginAndWhatIsWeftsOwnIsNot() {
    Registry<Tool> registry =
        new Registry<>(List.of(SAW), () -> List.of(new Outside<>(FILE, "acme.jar 12")));

    assertThat(registry.<Integer>ask(FILE, tool -> tool.name().length())).isEqualTo(4);
    for (RuntimeException failure :
        List.of(new IllegalStateException("broken"), new IllegalArgumentException("broken"))) {
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> registry.ask(FILE, tool -> fail(failure)))
          .withMessageContaining("plugins: file of acme.jar 12 fails: ")
          .withMessageContaining("broken");
      assertThatExceptionOfType(failure.getClass())
          .isThrownBy(() -> registry.ask(SAW, tool -> fail(failure)));
    }
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> registry.ask(FILE, tool -> failWith(new AssertionError("broken"))))
        .withMessageContaining("plugins: file of acme.jar 12 fails: ");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> registry.ask(FILE, tool -> null))
        .withMessageContaining("it gives nothing");
  }

  @Test
  void aProblemThatAnEntryNamesItselfStaysAsItIs() {
    Registry<Tool> registry =
        new Registry<>(List.of(), () -> List.of(new Outside<>(FILE, "acme.jar 12")));
    WeftException own = new WeftException(Problem.BAD_DATA, "line 3: no text");

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> registry.ask(FILE, tool -> fail(own)))
        .isSameAs(own);
  }

  private static Object fail(RuntimeException failure) {
    throw failure;
  }

  private static Object failWith(AssertionError failure) {
    throw failure;
  }
}
