package dev.weft.aggregation.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Aggregate;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WeightedMeanTest {
  private static final long MOST_EXAMPLES = 1L << 30;
  private static final UpdateEncoding ENCODING =
      new UpdateEncoding(new FixedPoint(20, 8), MOST_EXAMPLES, 4);
  private static final ChainAdapter CORE = ChainAdapter.fullCore(3, 1).training(Part.CORE);
  private static final String QUERY_CORE = "layer.0.query.lora_core";
  private static final int LARGEST = 8 << 20;

  @Property
  void twoClientsMeetAtTheirWeightedMean(
      @ForAll @IntRange(min = -LARGEST, max = LARGEST) int first,
      @ForAll @IntRange(min = -LARGEST, max = LARGEST) int second,
      @ForAll @LongRange(min = 1, max = MOST_EXAMPLES) long firstExamples,
      @ForAll @LongRange(min = 1, max = MOST_EXAMPLES) long secondExamples) {
    GlobalState reference = zeros(CORE);
    UpdateSum sum = sum(reference);
    sum.add(constant("a", 3, firstExamples, first));
    sum.add(constant("b", 3, secondExamples, second));
    double expected =
        ((double) first * firstExamples + (double) second * secondExamples)
            / (firstExamples + secondExamples)
            * ENCODING.grid().step();
    Tensor mean = decode(reference, sum).mean().tensors().get(QUERY_CORE);
    assertThat(mean.at(4)).isCloseTo((float) expected, within(Math.ulp((float) expected)));
    assertThat(sum.examples()).isEqualTo(firstExamples + secondExamples);
    assertThat(sum.clients()).isEqualTo(2);
  }

  @Test
  void largestValuesOfAllClientsDoNotWrap() {
    GlobalState reference = zeros(CORE);
    UpdateSum sum = sum(reference);
    for (String client : List.of("a", "b", "c", "d")) {
      sum.add(constant(client, 3, MOST_EXAMPLES, -LARGEST));
    }
    assertThat(decode(reference, sum).mean().tensors().get(QUERY_CORE).at(0)).isEqualTo(-8f);
  }

  @Test
  void whatWasNotAgreedIsRefusedAndChangesNothing() {
    GlobalState reference = zeros(CORE);
    UpdateSum sum = sum(reference);
    sum.add(constant("a", 3, 2, 1 << 20));

    assertRefused(
        sum, constant("b", 3, MOST_EXAMPLES + 1, 1), "update: claims 1073741825 examples");
    assertRefused(
        sum, constant("b", 3, 0, 1), "update: claims 0 examples where 1 to 1073741824 are");
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
    assertThat(decode(reference, sum).mean().tensors().get(QUERY_CORE).at(0)).isEqualTo(1f);
  }

  @Test
  void oneUpdateMoreThanAgreedIsRefused() {
    UpdateSum sum = sum(zeros(CORE));
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
    GlobalState reference = Cohort.reference(CORE, new Seed(4));
    UpdateSum sum = sum(reference);
    sum.add(constant("small", 1, 3, 1 << 20));
    sum.add(constant("large", 2, 1, 5 << 20));
    Tensor before = reference.adapter().tensors().get(QUERY_CORE);
    Tensor mean = decode(reference, sum).mean().tensors().get(QUERY_CORE);
    assertThat(mean.at(0, 0)).isEqualTo(before.at(0, 0) + 2);
    assertThat(mean.at(0, 1)).isEqualTo(before.at(0, 1) + 5);
    assertThat(mean.at(1, 1)).isEqualTo(before.at(1, 1) + 5);
    assertThat(mean.at(1, 2)).isEqualTo(before.at(1, 2));
    assertThat(mean.at(2, 0)).isEqualTo(before.at(2, 0));
  }

  @Test
  void onlyPartsThatHaveTensorsAreToBeFetched() {
    AdapterTarget withoutHead = AdapterTarget.of(Cohort.TARGET.layers());
    Adapter adapter = Adapter.zeros(CORE, withoutHead);
    GlobalState reference =
        GlobalState.initial(
            adapter,
            Map.of(
                Part.A,
                new Origin.Zeros(),
                Part.B,
                new Origin.Zeros(),
                Part.CORE,
                new Origin.Zeros(),
                Part.HEAD,
                new Origin.Zeros()));
    UpdateSum sum = sum(reference);
    long[] still = new long[2 * 3 * 3 + 1];
    still[2 * 3 * 3] = 1;
    sum.add(new ClientUpdate("a", 3, RingVector.of(ENCODING.bits(), still)));

    assertThat(decode(reference, sum).next().origins())
        .containsEntry(Part.CORE, new Origin.Fetched())
        .containsEntry(Part.A, new Origin.Zeros())
        .containsEntry(Part.HEAD, new Origin.Zeros());
  }

  /**
   * Each of n = 4000 clients encodes 0.3 grid steps; their mean has standard deviation (0.3 · 0.7 /
   * n)^½ = 0.00725 steps. The seed is fixed; over seeds, six deviations fail once in 5e8.
   */
  @Test
  void stochasticRoundingIsUnbiasedOverClients() {
    GlobalState reference = zeros(CORE);
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(20, 8), 1, 4000);
    UpdateSum sum = new UpdateSum(reference.adapter(), encoding);
    double step = encoding.grid().step();
    TensorMap third =
        reference
            .adapter()
            .trained()
            .map(
                (name, tensor) -> {
                  float[] values = new float[tensor.size()];
                  Arrays.fill(values, (float) (0.3 * step));
                  return Tensor.of(values, tensor.shapeArray());
                });
    for (int i = 0; i < 4000; i++) {
      sum.add(new ClientUpdate("c" + i, 3, encoding.encode(third, 1, new Seed(9).of(i))));
    }
    double steps = decode(reference, sum).mean().tensors().get(QUERY_CORE).at(0) / step;
    assertThat(steps).isCloseTo(0.3, within(6 * Math.sqrt(0.3 * 0.7 / 4000)));
  }

  private static UpdateSum sum(GlobalState reference) {
    return new UpdateSum(reference.adapter(), ENCODING);
  }

  private static Aggregate decode(GlobalState reference, UpdateSum sum) {
    return new WeightedMean().decode(reference, sum, List.of(), new Seed(1));
  }

  private static GlobalState zeros(ChainAdapter form) {
    GlobalState random = Cohort.reference(form, new Seed(2));
    return GlobalState.initial(Adapter.zeros(form, Cohort.TARGET), random.origins());
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
