package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateSumTest {
  private static final long MOST_EXAMPLES = 1L << 30;
  private static final UpdateEncoding ENCODING =
      new UpdateEncoding(new FixedPoint(20, 8), MOST_EXAMPLES, 4);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("layer.0.query", 12, 17),
              new AdapterTarget.Layer("layer.0.value", 19, 11)),
          new AdapterTarget.Head(3, 5));
  private static final ChainAdapter CORE = ChainAdapter.fullCore(3, 1).training(Part.CORE);
  private static final String QUERY_CORE = "layer.0.query.lora_core";
  private static final int LARGEST = 8 << 20;

  @Property
  void twoClientsMeetAtTheirWeightedMean(
      @ForAll @IntRange(min = -LARGEST, max = LARGEST) int first,
      @ForAll @IntRange(min = -LARGEST, max = LARGEST) int second,
      @ForAll @LongRange(min = 1, max = MOST_EXAMPLES) long firstExamples,
      @ForAll @LongRange(min = 1, max = MOST_EXAMPLES) long secondExamples) {
    Adapter reference = zeros();
    UpdateSum sum = sum(reference);
    sum.add(constant("a", 3, firstExamples, first));
    sum.add(constant("b", 3, secondExamples, second));
    double expected =
        ((double) first * firstExamples + (double) second * secondExamples)
            / (firstExamples + secondExamples)
            * ENCODING.grid().step();
    Tensor mean = sum.mean().tensors().get(QUERY_CORE);
    assertThat(mean.at(4)).isCloseTo((float) expected, within(Math.ulp((float) expected)));
    assertThat(sum.examples()).isEqualTo(firstExamples + secondExamples);
    assertThat(sum.clients()).isEqualTo(2);
  }

  @Test
  void largestValuesOfAllClientsDoNotWrap() {
    Adapter reference = zeros();
    UpdateSum sum = sum(reference);
    for (String client : List.of("a", "b", "c", "d")) {
      sum.add(constant(client, 3, MOST_EXAMPLES, -LARGEST));
    }
    assertThat(sum.mean().tensors().get(QUERY_CORE).at(0)).isEqualTo(-8f);
  }

  @Test
  void whatWasNotAgreedIsRefusedAndChangesNothing() {
    Adapter reference = zeros();
    UpdateSum sum = sum(reference);
    sum.add(constant("a", 3, 2, 1 << 20));

    assertRefused(
        sum, constant("b", 3, MOST_EXAMPLES + 1, 1), "update: weighs 1073741825 examples");
    assertRefused(
        sum, constant("b", 3, 0, 1), "update: weighs 0 examples where 1 to 1073741824 are");
    assertRefused(
        sum, constant("b", 3, 5, LARGEST + 1), "update: has a value beyond ±8 (update.range)");
    assertRefused(
        sum, constant("b", 3, 5, -LARGEST - 1), "update: has a value beyond ±8 (update.range)");
    assertRefused(sum, constant("a", 3, 5, 1), "update: is the second one in the same round");
    assertRefused(
        sum,
        new ClientUpdate("b", 3, RingVector.of(40, values(3, 1, 1))),
        "update: has integers of 40 bits where 57 were agreed");

    assertThat(sum.examples()).isEqualTo(2);
    assertThat(sum.mean().tensors().get(QUERY_CORE).at(0)).isEqualTo(1f);
  }

  /** Also if it was added by then, over many blocks. */
  @Test
  void anUpdateWhoseLastValueIsWrongLeavesTheSumAsItWas(@TempDir Path folder) {
    AdapterTarget wide =
        AdapterTarget.of(
            List.of(new AdapterTarget.Layer("query", 300, 300)), new AdapterTarget.Head(3, 5));
    Adapter reference = RandomAdapter.of(ChainAdapter.lora(150, 1), wide, new Seed(5));
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(20, 8), 10, 3);
    int entries = (int) reference.trained().elements();
    ClientUpdate first = drawn("a", encoding, entries, 3);
    UpdateSum alone = new UpdateSum(reference, encoding, Scratch.HEAP);
    alone.add(first);
    UpdateSum sum = new UpdateSum(reference, encoding, Scratch.in(folder, 0));
    sum.add(first);
    long[] wrong = new long[entries + 1];
    Arrays.fill(wrong, 7);
    wrong[entries - 1] = 1L << 27;
    wrong[entries] = 3;

    assertRefused(
        sum,
        new ClientUpdate("b", 150, RingVector.of(encoding.bits(), wrong)),
        "update: has a value beyond");

    assertThat(sum.mean()).isEqualTo(alone.mean());
  }

  private static ClientUpdate drawn(
      String client, UpdateEncoding encoding, int entries, long examples) {
    long[] values = new Random(4).longs(entries + 1, -1000, 1000).toArray();
    values[entries] = examples;
    return new ClientUpdate(client, 150, RingVector.of(encoding.bits(), values));
  }

  @Test
  void oneUpdateMoreThanAgreedIsRefused() {
    UpdateSum sum = sum(zeros());
    List.of("a", "b", "c", "d").forEach(client -> sum.add(constant(client, 3, 1, 1)));
    assertRefused(sum, constant("e", 3, 1, 1), "update: is one more than the 4 that were agreed");
    assertThat(sum.clients()).isEqualTo(4);
  }

  private static void assertRefused(UpdateSum sum, ClientUpdate update, String sentence) {
    assertThatThrownBy(() -> sum.add(update))
        .hasMessageStartingWith(sentence)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
  }

  @Test
  void anEntryIsAveragedOverItsOwnersAndKeptWithoutAny() {
    Adapter reference = random(4);
    UpdateSum sum = sum(reference);
    sum.add(constant("small", 1, 3, 1 << 20));
    sum.add(constant("large", 2, 1, 5 << 20));
    Tensor before = reference.tensors().get(QUERY_CORE);
    Tensor mean = sum.mean().tensors().get(QUERY_CORE);
    assertThat(mean.at(0, 0)).isEqualTo(before.at(0, 0) + 2);
    assertThat(mean.at(0, 1)).isEqualTo(before.at(0, 1) + 5);
    assertThat(mean.at(1, 1)).isEqualTo(before.at(1, 1) + 5);
    assertThat(mean.at(1, 2)).isEqualTo(before.at(1, 2));
    assertThat(mean.at(2, 0)).isEqualTo(before.at(2, 0));
  }

  @Test
  void anUpdateOfAnotherShapeIsRefused() {
    UpdateSum sum = sum(zeros());
    assertRefused(sum, constant("a", 4, 1, 1), "update: has rank 4 where the global adapter has 3");
    assertRefused(
        sum,
        new ClientUpdate("a", 2, RingVector.of(ENCODING.bits(), values(3, 1, 1))),
        "update: holds 36 values where rank 2 has 26 trained ones");
  }

  @Test
  void oneUpdateIsReadBackAtItsOwnRank() {
    Adapter reference = random(4);
    UpdateSum sum = sum(reference);
    ClientUpdate update = constant("a", 2, 3, 5 << 18);
    Adapter start = reference.truncate(2);
    StoredUpdate stored = sum.stored(Stored.update(update));
    AdapterTarget.Layer query = TARGET.layers().get(0);
    Adapter behind = stored.adapter(query);
    assertThat(behind.form().rank()).isEqualTo(2);
    assertThat(behind.target().layers()).containsExactly(query);
    assertThat(behind.a(query)).isEqualTo(start.a(query));
    assertThat(behind.core(query).at(1, 1)).isEqualTo(start.core(query).at(1, 1) + 1.25f);
    assertThat(stored.entries(7, 2)).containsExactly(1.25, 1.25);
    assertThat(stored.entries()).isEqualTo(2 * 2 * 2 + 3 * 5 + 3);
    assertThat(stored.examples()).isEqualTo(3);
  }

  @Test
  void aDifferenceMovesTheReferenceEntryByEntry() {
    Adapter reference = random(4);
    double[] difference = new double[2 * 3 * 3 + 3 * 5 + 3];
    difference[4] = 0.5;
    Tensor before = reference.tensors().get(QUERY_CORE);
    Tensor after = sum(reference).moved(difference).tensors().get(QUERY_CORE);
    assertThat(after.at(4)).isEqualTo(before.at(4) + 0.5f);
    assertThat(after.at(3)).isEqualTo(before.at(3));
  }

  @Test
  void nothingHasNoMean() {
    assertThatThrownBy(() -> sum(zeros()).mean()).isInstanceOf(IllegalStateException.class);
  }

  /**
   * Each of n = 4000 clients encodes 0.3 grid steps; their mean has standard deviation (0.3 · 0.7 /
   * n)^½ = 0.00725 steps. The seed is fixed; over seeds, six deviations fail once in 5e8.
   */
  @Test
  void stochasticRoundingIsUnbiasedOverClients() {
    Adapter reference = zeros();
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(20, 8), 1, 4000);
    UpdateSum sum = new UpdateSum(reference, encoding, Scratch.HEAP);
    double step = encoding.grid().step();
    TensorMap third =
        reference
            .trained()
            .map(
                (name, tensor) -> {
                  float[] values = new float[tensor.size()];
                  Arrays.fill(values, (float) (0.3 * step));
                  return Tensor.of(values, tensor.shapeArray());
                });
    for (int i = 0; i < 4000; i++) {
      sum.add(new ClientUpdate("c" + i, 3, encoding.encode(third, 1, new Seed(9).of(i).random())));
    }
    double steps = sum.mean().tensors().get(QUERY_CORE).at(0) / step;
    assertThat(steps).isCloseTo(0.3, within(6 * Math.sqrt(0.3 * 0.7 / 4000)));
  }

  private static UpdateSum sum(Adapter reference) {
    return new UpdateSum(reference, ENCODING, Scratch.HEAP);
  }

  private static Adapter zeros() {
    return Adapter.zeros(CORE, TARGET);
  }

  private static Adapter random(long seed) {
    return RandomAdapter.of(CORE, TARGET, new Seed(seed));
  }

  /** Every entry of the update is so many steps of the grid. */
  private static ClientUpdate constant(String client, int rank, long examples, int steps) {
    return new ClientUpdate(
        client, rank, RingVector.of(ENCODING.bits(), values(rank, examples, steps)));
  }

  private static long[] values(int rank, long examples, int steps) {
    long[] values = new long[2 * rank * rank + 3 * 5 + 3 + 1];
    Arrays.fill(values, examples * steps);
    values[values.length - 1] = examples;
    return values;
  }
}
