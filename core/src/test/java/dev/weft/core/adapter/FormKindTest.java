package dev.weft.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every form says of itself, whichever there are. */
class FormKindTest {
  private static final AdapterTarget.Layer LAYER = new AdapterTarget.Layer("q", 7, 9);

  /** Every kind around every chain that it takes. */
  public static Stream<AdapterForm> forms() {
    return AdapterForm.kinds().stream().flatMap(FormKindTest::forms);
  }

  private static Stream<AdapterForm> forms(FormKind kind) {
    List<Float> numbers = Stream.generate(() -> 0.25f).limit(kind.numbers()).toList();
    return Stream.of(
            ChainAdapter.lora(3, 0.5f),
            ChainAdapter.lora(3, 0.5f).training(Part.B),
            ChainAdapter.diagonalCore(3, 0.5f),
            ChainAdapter.diagonalCore(3, 0.5f).training(Part.CORE),
            ChainAdapter.fullCore(3, 0.5f))
        .flatMap(
            chain -> {
              try {
                return Stream.of(kind.form(chain, numbers));
              } catch (IllegalArgumentException refused) {
                return Stream.empty();
              }
            });
  }

  @Test
  void thereIsAKindForEveryFormThatIsPermitted() {
    assertThat(forms().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(AdapterForm.class.getPermittedSubclasses());
    assertThat(AdapterForm.kinds()).extracting(FormKind::name).doesNotHaveDuplicates();
  }

  /** States of runs that are to be resumed are stored under these names. */
  @Test
  void kindsKeepTheirNames() {
    assertThat(AdapterForm.kinds())
        .extracting(FormKind::name)
        .startsWith("chain", "dora", "allora", "hadamard", "vera");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aFormComesBackFromItsBytes(AdapterForm form) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    FormCodec.write(new DataOutputStream(bytes), form);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));

    assertThat(FormCodec.read(in)).isEqualTo(form);
    assertThat(in.available()).isZero();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void theTensorsOfAFormAreThoseOfItsParts(AdapterForm form) {
    Set<Part> ofLayers = new HashSet<>(form.parts());
    ofLayers.remove(Part.HEAD);

    assertThat(form.entries(LAYER).stream().map(entry -> Part.of(entry.name())))
        .containsExactlyInAnyOrderElementsOf(ofLayers);
    assertThat(form.parts()).containsAll(form.trained()).contains(Part.HEAD);
    assertThat(ofLayers).containsAll(form.factors());
    assertThat(form.factors()).contains(Part.B).endsWith(Part.A);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void whatPeftKeepsIsEveryPartOfALayer(AdapterForm form) {
    form.peft()
        .ifPresent(
            peft -> {
              EnumSet<Part> kept = EnumSet.of(Part.HEAD);
              kept.addAll(peft.layered().keySet());
              kept.addAll(peft.shared().keySet());
              assertThat(kept).isEqualTo(form.parts());
              assertThat(kept).hasSize(1 + peft.layered().size() + peft.shared().size());
              assertThat(peft.leading().hasRank()).isTrue();
              AdapterForm read = peft.form().apply(form.rank(), form.scale());
              assertThat(read.peft()).contains(peft);
              assertThat(read.entries(LAYER)).isEqualTo(form.entries(LAYER));
            });
  }

  @Test
  void whatIsNoKindIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FormKind.of("lohan"))
        .withMessage("unknown form \"lohan\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FormKind.of("allora").form(ChainAdapter.lora(3, 1), List.of()))
        .withMessage("numbers: the form allora has 1, given are 0");
  }

  @Test
  void partsHaveLettersOfTheirOwn() {
    assertThat(Stream.of(Part.values()).map(Part::letter)).doesNotHaveDuplicates();
  }
}
