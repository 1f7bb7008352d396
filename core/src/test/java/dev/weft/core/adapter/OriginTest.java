package dev.weft.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OriginTest {
  private static final int IN = 12;

  @Property
  void leadingRowsDoNotDependOnTheRank(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int rank,
      @ForAll @IntRange(min = 1, max = 20) int larger) {
    int smallest = Math.min(rank, larger);
    Tensor one = derive(seed, "a", rank).leadingBlock(smallest, IN);
    assertThat(derive(seed, "a", larger).leadingBlock(smallest, IN)).isEqualTo(one);
  }

  /** Uniform on ±1/√in has mean 0, and its largest value comes near the bound. */
  @Test
  void valuesFillTheKaimingBound() {
    Tensor drawn = derive(7, "a", 10_000);
    double bound = 1 / Math.sqrt(IN);
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < drawn.size(); i++) {
      sum += drawn.at(i);
      largest = Math.max(largest, Math.abs(drawn.at(i)));
    }
    double hoeffding = 2 * bound * Math.sqrt(Math.log(2 / 1e-9) / (2.0 * drawn.size()));
    assertThat(sum / drawn.size()).isBetween(-hoeffding, hoeffding);
    assertThat(largest).isBetween(0.999 * bound, Math.nextUp((float) bound) * 1.0);
  }

  /** Rows of A and columns of B of the smaller adapter lead those of the larger one. */
  @Property(tries = 50)
  void aSmallerRankDrawsTheLeadingDirections(
      @ForAll long seed,
      @ForAll boolean tied,
      @ForAll @IntRange(min = 1, max = 6) int rank,
      @ForAll @IntRange(min = 1, max = 6) int larger) {
    AdapterTarget target = AdapterTarget.of(List.of(new AdapterTarget.Layer("q", 7, IN)));
    int small = Math.min(rank, larger);
    Adapter wide = Adapter.zeros(ChainAdapter.diagonalCore(Math.max(rank, larger), 1), target);
    Origin drawn = new Origin.Normal(new Seed(seed), 2, tied);
    Origin columns = new Origin.Columns(new Seed(seed));
    for (Part part : List.of(Part.A, Part.B, Part.CORE)) {
      assertThat(wide.with(drawn.derive(wide.part(part))).truncate(small).part(part))
          .isEqualTo(drawn.derive(wide.truncate(small).part(part)));
    }
    assertThat(wide.with(columns.derive(wide.part(Part.A))).truncate(small).part(Part.A))
        .isEqualTo(columns.derive(wide.truncate(small).part(Part.A)));
  }

  /** The mean of n squared lengths is length² but for 6 standard errors, √(2 / entries) each. */
  @Test
  void normalDirectionsHaveTheStatedLength() {
    int directions = 4000;
    TensorMap like = TensorMap.of(Map.of(Part.B.tensorName("q"), Tensor.zeros(IN, directions)));
    Tensor drawn =
        new Origin.Normal(new Seed(3), 2, false).derive(like).get(Part.B.tensorName("q"));
    double squares = 0;
    for (int i = 0; i < drawn.size(); i++) {
      squares += (double) drawn.at(i) * drawn.at(i);
    }
    double error = 6 * 4 * Math.sqrt(2.0 / drawn.size());
    assertThat(squares / directions).isBetween(4 - error, 4 + error);
  }

  @Property(tries = 50)
  void columnsAreRowsOfTheIdentityAndNeverTheSameTwice(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = IN) int rank) {
    Tensor drawn =
        new Origin.Columns(new Seed(seed))
            .derive(TensorMap.of(Map.of("a", Tensor.zeros(rank, IN))))
            .get("a");
    for (int column = 0; column < IN; column++) {
      float chosen = 0;
      for (int row = 0; row < rank; row++) {
        assertThat(drawn.at(row, column)).isIn(0f, 1f);
        chosen += drawn.at(row, column);
      }
      assertThat(chosen).isLessThanOrEqualTo(1);
    }
    float ones = 0;
    for (int i = 0; i < drawn.size(); i++) {
      ones += drawn.at(i);
    }
    assertThat(ones).isEqualTo(rank);
  }

  @Property(tries = 50)
  void groupsAreRunsOfColumnsOfNearlyOneLength(
      @ForAll @IntRange(min = 1, max = 40) int in,
      @ForAll @IntRange(min = 1, max = 40) int wanted) {
    int rank = Math.min(wanted, in);
    Tensor groups =
        new Origin.Groups().derive(TensorMap.of(Map.of("a", Tensor.zeros(rank, in)))).get("a");
    int last = 0;
    int[] lengths = new int[rank];
    for (int column = 0; column < in; column++) {
      for (int row = 0; row < rank; row++) {
        if (groups.at(row, column) == 1) {
          assertThat(row).isBetween(last, last + 1);
          last = row;
          lengths[row]++;
        } else {
          assertThat(groups.at(row, column)).isZero();
        }
      }
    }
    int sum = 0;
    for (int length : lengths) {
      assertThat(length).isBetween(in / rank, (in - 1) / rank + 1);
      sum += length;
    }
    assertThat(sum).as("every column belongs to one group").isEqualTo(in);
  }

  @Test
  void seedAndNameDecideTheNumbers() {
    assertThat(derive(7, "a", 3))
        .isEqualTo(derive(7, "a", 3))
        .isNotEqualTo(derive(8, "a", 3))
        .isNotEqualTo(derive(7, "b", 3));
  }

  @Test
  void zerosAreZeroAndFetchedPartsAreNotDerivable() {
    TensorMap like = TensorMap.of(Map.of("a", Tensor.of(new float[] {1, 2}, 2)));
    assertThat(new Origin.Zeros().derive(like)).isEqualTo(like.minus(like));
    assertThatIllegalStateException()
        .isThrownBy(() -> new Origin.Fetched().derive(like))
        .withMessage("a fetched part cannot be derived");
  }

  private static Tensor derive(long seed, String name, int rank) {
    TensorMap like = TensorMap.of(Map.of(name, Tensor.zeros(rank, IN)));
    return new Origin.Kaiming(new Seed(seed)).derive(like).get(name);
  }

  @Test
  void everyOriginThatIsPermittedComesBackFromItsBytes() throws IOException {
    Seed seed = new Seed(-4);
    List<Origin> origins =
        List.of(
            new Origin.Zeros(),
            new Origin.Kaiming(seed),
            new Origin.Normal(seed, 2, true),
            new Origin.Columns(seed),
            new Origin.Groups(),
            new Origin.Shared(seed, 2),
            new Origin.Constant(0.1f),
            new Origin.Fetched());
    assertThat(origins.stream().map(Object::getClass))
        .containsExactlyInAnyOrder(Origin.class.getPermittedSubclasses());
    for (Origin origin : origins) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      origin.write(new DataOutputStream(bytes));
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertThat(Origin.read(in)).isEqualTo(origin);
      assertThat(in.available()).isZero();
    }
  }
}
