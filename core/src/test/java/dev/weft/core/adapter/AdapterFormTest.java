package dev.weft.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterFormTest {
  private static final ChainAdapter LORA = ChainAdapter.lora(3, 2);
  private static final AdapterTarget.Layer LAYER = new AdapterTarget.Layer("q", 7, 9);
  private static final AdapterTarget TARGET = AdapterTarget.of(List.of(LAYER));

  /** Fact 1: one trained factor, and nothing around the product. */
  @Test
  void aMeanIsExactForOneTrainedFactorOfAProduct() {
    assertThat(LORA.affine()).isFalse();
    assertThat(LORA.training(Part.B).affine()).isTrue();
    assertThat(ChainAdapter.diagonalCore(3, 1).training(Part.CORE).affine()).isTrue();
    assertThat(ChainAdapter.fullCore(3, 1).training(Part.CORE, Part.B).affine()).isFalse();
    assertThat(new AlloraAdapter(LORA, 1).training(Part.B).affine()).isTrue();
    assertThat(new DoraAdapter(LORA).training(Part.B).affine()).isFalse();
    assertThat(new HadamardAdapter(LORA).affine()).isFalse();
    assertThat(new HadamardAdapter(LORA).training(Part.B).affine()).isTrue();
  }

  @Test
  void aPairThatMultipliesHasNoCore() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HadamardAdapter(ChainAdapter.fullCore(3, 1)))
        .withMessageStartingWith("chain: must have no core, got");
  }

  @Test
  void formsOfTheSameTensorsAreNotTheSameAdapter() {
    Adapter added = Adapter.zeros(LORA, TARGET);
    Adapter multiplied = Adapter.zeros(new HadamardAdapter(LORA), TARGET);
    assertThat(multiplied.tensors()).isEqualTo(added.tensors());
    assertThat(multiplied).isNotEqualTo(added);
  }

  @Test
  void everyFormListsItsTensorsInCanonicalOrder() {
    assertThat(shapes(ChainAdapter.diagonalCore(3, 1)))
        .containsExactly("q.lora_A [3, 9]", "q.lora_core [3]", "q.lora_B [7, 3]");
    assertThat(shapes(new DoraAdapter(LORA)))
        .containsExactly("q.lora_A [3, 9]", "q.lora_B [7, 3]", "q.lora_magnitude_vector [7]");
    assertThat(shapes(new AlloraAdapter(LORA, 1))).isEqualTo(shapes(LORA));
  }

  @Test
  void theMagnitudeOfDoraAlwaysTrainsAndOnlyThere() {
    assertThat(new DoraAdapter(LORA).training(Part.B).trained())
        .containsExactly(Part.B, Part.MAGNITUDE, Part.HEAD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChainAdapter(1, ChainAdapter.Core.FULL, 1, Set.of(Part.MAGNITUDE)))
        .withMessage("trained: a chain has no such parts as [MAGNITUDE]");
  }

  @ParameterizedTest
  @MethodSource("dev.weft.core.adapter.FormKindTest#forms")
  void decorationsKeepWhatTheyDecorate(AdapterForm form) {
    AdapterForm changed = form.withRank(2).withScale(0.25f);
    assertThat(changed).hasSameClassAs(form);
    assertThat(changed.chain()).isEqualTo(form.chain().withRank(2).withScale(0.25f));
    assertThat(changed.withRank(form.rank()).withScale(form.scale())).isEqualTo(form);
  }

  @Test
  void aDiagonalKeepsItsLeadingEntriesAndAMagnitudeAll() {
    Adapter diagonal = random(ChainAdapter.diagonalCore(3, 1));
    assertThat(diagonal.truncate(2).core(LAYER)).isEqualTo(diagonal.core(LAYER).leadingBlock(2));
    Adapter dora = random(new DoraAdapter(LORA));
    assertThat(dora.truncate(1).part(Part.MAGNITUDE)).isEqualTo(dora.part(Part.MAGNITUDE));
  }

  /** The entries that truncation keeps are those of a level below the rank, in the same order. */
  @ParameterizedTest
  @MethodSource("dev.weft.core.adapter.FormKindTest#forms")
  void levelsSayWhatTruncationKeeps(AdapterForm form) {
    random(form)
        .tensors()
        .asMap()
        .forEach(
            (name, tensor) -> {
              Part part = Part.of(name);
              Tensor kept = part.truncate(tensor, 2);
              int next = 0;
              for (int i = 0; i < tensor.size(); i++) {
                if (part.level(tensor.shapeArray(), i) < 2) {
                  assertThat(kept.at(next++)).isEqualTo(tensor.at(i));
                }
              }
              assertThat(next).isEqualTo(kept.size());
            });
  }

  /** The definition, entry by entry. */
  @ParameterizedTest
  @MethodSource("dev.weft.core.adapter.FormKindTest#forms")
  void thePairIsTheProductOfTheFactors(AdapterForm form) {
    Adapter adapter = random(form);
    LowRank pair = adapter.pair(LAYER);
    for (int row = 0; row < LAYER.out(); row++) {
      double[] left = new double[LAYER.out()];
      left[row] = 1;
      for (Part part : form.factors()) {
        left = times(left, adapter.tensor(part, LAYER));
      }
      for (int column = 0; column < LAYER.in(); column++) {
        double product = 0;
        for (int k = 0; k < pair.rank(); k++) {
          product += (double) pair.left().at(row, k) * pair.right().at(k, column);
        }
        assertThat(product).isCloseTo(form.scale() * left[column], within(1e-6));
      }
    }
  }

  private static double[] times(double[] row, Tensor factor) {
    boolean diagonal = factor.shape().size() == 1;
    double[] product = new double[diagonal ? row.length : factor.dimension(1)];
    for (int column = 0; column < product.length; column++) {
      for (int k = 0; k < row.length; k++) {
        double entry = diagonal ? (k == column ? factor.at(k) : 0) : factor.at(k, column);
        product[column] += row[k] * entry;
      }
    }
    return product;
  }

  private static List<String> shapes(AdapterForm form) {
    return form.schema(TARGET).entries().stream()
        .map(entry -> entry.name() + " " + entry.shape())
        .toList();
  }

  private static Adapter random(AdapterForm form) {
    return new Adapter(
        form, TARGET, new Origin.Normal(new Seed(1), 1, false).derive(form.zeros(TARGET)));
  }
}
