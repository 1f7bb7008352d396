package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Method;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RobustMethodsTest {
  private static final double ROUNDING = 1e-5;

  /** Clients move every entry by these steps; weights differ and are not believed. */
  @ParameterizedTest
  @CsvSource({
    "median,       0.1 0.2 0.7,                 0.2",
    "median,       0.1 0.2 0.4 5,               0.3",
    "median,       -4 0.1 0.2 0.3 5,            0.2",
    "trimmed-mean, 0.1 0.7,                     0.4",
    "trimmed-mean, 0.1 0.2 7,                   0.2",
    "trimmed-mean, 0.1 0.2 0.3 7,               0.25",
    "trimmed-mean, -7 0.1 0.2 0.6 7,            0.3",
    "trimmed-mean, -7 -7 0 0.1 0.2 0.3 0.4 0.5 7 7, 0.25",
    "krum,         0.1,                         0.1",
    "krum,         0.3 0.1 7,                   0.3",
    "krum,         7 0.1 0.3 0.15,              0.15",
    "krum,         -7 0.5 0.4 0.45 7,           0.45"
  })
  void theCenterIsThatOfTheDefinition(String method, String steps, double center) {
    double[] moves = Arrays.stream(steps.split(" ")).mapToDouble(Double::parseDouble).toArray();
    Cohort cohort = moving(Cohort.method(method, List.of(2), Map.of()), moves);
    assertMovedBy(cohort, center);
  }

  @Test
  void howMuchIsTrimmedIsASetting() {
    Method method =
        Cohort.method("trimmed-mean", List.of(2), Map.of("method.robust.trimmed", "0.25"));
    assertMovedBy(moving(method, -7, 0.1, 0.2, 7), 0.15);
  }

  /** Fewer than half of the clients, whatever they send, move nothing beyond the honest ones. */
  @Property(tries = 60)
  void aMinorityCannotMoveTheMedianBeyondTheHonest(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int liars) {
    Method method = Cohort.method("median", List.of(2), Map.of());
    Cohort honest = Cohort.of(method, seed, Collections.nCopies(liars + 1, 2));
    TensorMap result = withLiars(honest, liars).aggregate().next().adapter().trained();
    result
        .asMap()
        .forEach(
            (name, tensor) -> {
              for (int i = 0; i < tensor.size(); i++) {
                int at = i;
                double[] sent =
                    honest.clients().stream()
                        .mapToDouble(client -> client.local().trained().get(name).at(at))
                        .sorted()
                        .toArray();
                assertThat((double) tensor.at(i))
                    .isBetween(sent[0] - ROUNDING, sent[sent.length - 1] + ROUNDING);
              }
            });
  }

  @Property(tries = 60)
  void krumTakesOneHonestUpdateAmongLiars(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int liars) {
    Method method = Cohort.method("krum", List.of(2), Map.of());
    Cohort honest = Cohort.of(method, seed, Collections.nCopies(liars + 3, 2));
    TensorMap result = withLiars(honest, liars).aggregate().next().adapter().trained();
    assertThat(honest.clients())
        .anySatisfy(client -> assertClose(result, client.local().trained()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void krumRefusesMoreFaultyClientsThanItBears(int faulty) {
    Method method =
        Cohort.method("krum", List.of(2), Map.of("method.robust.faulty", Integer.toString(faulty)));
    double[] moves = new double[2 * faulty + 2];
    assertThatThrownBy(() -> moving(method, moves).aggregate())
        .isInstanceOf(WeftException.class)
        .hasMessage(
            "method.robust.faulty: krum bears "
                + faulty
                + " faulty clients among "
                + (2 * faulty + 3)
                + " or more, not among "
                + (2 * faulty + 2)
                + "; lower it, or have more clients in a round");
    assertMovedBy(moving(method, new double[2 * faulty + 3]), 0);
  }

  /** The definitions, with all updates in memory; blocks of any width give the very same bits. */
  @Property(tries = 60)
  void blocksOfUpdatesGiveTheBitsOfAllOfThem(
      @ForAll("methods") String name,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int clients,
      @ForAll @IntRange(min = 1, max = 700) int numbers) {
    Method method = Cohort.method(name, List.of(2), Map.of());
    Cohort cohort = Cohort.of(method, seed, Collections.nCopies(clients, 2));
    double[][] all =
        cohort.stored().each().stream()
            .map(update -> update.entries(0, update.entries()))
            .toArray(double[][]::new);

    Aggregate inBlocks =
        method
            .aggregator()
            .decode(cohort.reference(), cohort.sum(), cohort.stored(numbers), cohort.seed());

    assertThat(inBlocks.mean()).isEqualTo(cohort.sum().moved(center(name, all)));
    assertThat(inBlocks.mean()).isEqualTo(cohort.aggregate().next().adapter());
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.of("median", "trimmed-mean", "krum");
  }

  private static double[] center(String name, double[][] all) {
    if (name.equals("krum")) {
      return all[krum(all)];
    }
    double[] center = new double[all[0].length];
    for (int i = 0; i < center.length; i++) {
      int entry = i;
      double[] rising = Arrays.stream(all).mapToDouble(one -> one[entry]).sorted().toArray();
      int n = rising.length;
      int most = (n - 1) / 2;
      int out = name.equals("median") ? most : Math.min((int) Math.ceil(0.2 * n), most);
      double sum = 0;
      for (int k = out; k < n - out; k++) {
        sum += rising[k];
      }
      center[i] = sum / (n - 2 * out);
    }
    return center;
  }

  private static int krum(double[][] all) {
    int n = all.length;
    int neighbours = Math.min(n - 1, Math.max(1, n - Math.max(0, (n - 3) / 2) - 2));
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int client = 0; client < n; client++) {
      double[] one = all[client];
      double score =
          Arrays.stream(all)
              .filter(other -> other != one)
              .mapToDouble(other -> squaredDistance(one, other))
              .sorted()
              .limit(neighbours)
              .sum();
      if (score < least) {
        least = score;
        nearest = client;
      }
    }
    return nearest;
  }

  private static double squaredDistance(double[] one, double[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return squares;
  }

  /** Sixteen times as many clients are read in blocks a sixteenth as wide. */
  @ParameterizedTest
  @CsvSource({
    "median, 4",
    "median, 64",
    "trimmed-mean, 4",
    "trimmed-mean, 64",
    "krum, 4",
    "krum, 64"
  })
  void whatIsReadOfAllUpdatesAtOnceDoesNotGrowWithTheirNumber(String name, int clients) {
    int numbers = 320;
    Method method = Cohort.method(name, List.of(2), Map.of());
    Cohort cohort = Cohort.of(method, 8, Collections.nCopies(clients, 2));
    UpdateSum sum = cohort.sum();
    List<Integer> sizes = new ArrayList<>();
    List<StoredUpdate> stored = cohort.stored(sum, sizes::add);
    sizes.clear();

    method
        .aggregator()
        .decode(cohort.reference(), sum, new StoredUpdates(stored, numbers), cohort.seed());

    int entries = stored.get(0).entries();
    if (name.equals("krum")) {
      assertThat(sizes.remove(sizes.size() - 1)).isEqualTo(entries);
    }
    assertThat(sizes).allMatch(size -> size * clients <= numbers);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(entries * clients);
  }

  private static Cohort moving(Method method, double... steps) {
    Cohort drawn = Cohort.of(method, 5, Collections.nCopies(steps.length, 2));
    List<Cohort.Client> clients = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) {
      Cohort.Client client = drawn.clients().get(i);
      Adapter start = drawn.reference().adapter();
      clients.add(
          new Cohort.Client(
              client.name(), client.examples(), start.with(moved(start.trained(), steps[i]))));
    }
    return drawn.with(clients);
  }

  /** Beside the honest clients, some that send far too much, in both directions. */
  private static Cohort withLiars(Cohort honest, int liars) {
    List<Cohort.Client> clients = new ArrayList<>(honest.clients());
    for (int i = 0; i < liars; i++) {
      clients.add(liar(honest, "z" + i, i % 2 == 0 ? 7 : -7));
    }
    return honest.with(clients);
  }

  private static Cohort.Client liar(Cohort cohort, String name, double step) {
    Adapter start = cohort.reference().adapter();
    return new Cohort.Client(name, 1, start.with(moved(start.trained(), step)));
  }

  private static TensorMap moved(TensorMap tensors, double step) {
    return tensors.map(
        (name, tensor) -> {
          float[] values = tensor.toArray();
          for (int i = 0; i < values.length; i++) {
            values[i] += (float) step;
          }
          return Tensor.of(values, tensor.shapeArray());
        });
  }

  private static void assertMovedBy(Cohort cohort, double step) {
    assertClose(
        cohort.aggregate().next().adapter().trained(),
        moved(cohort.reference().adapter().trained(), step));
  }

  private static void assertClose(TensorMap actual, TensorMap expected) {
    expected
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(actual.get(name).toArray())
                    .as(name)
                    .containsExactly(tensor.toArray(), within((float) ROUNDING)));
  }
}
