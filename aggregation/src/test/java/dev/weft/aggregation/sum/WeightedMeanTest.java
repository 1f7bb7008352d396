package dev.weft.aggregation.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
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
import dev.weft.core.method.Aggregator.Accumulator;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.IntVector;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WeightedMeanTest {
  private static final FixedPoint CODEC = new FixedPoint(20);
  private static final ChainAdapter CORE = ChainAdapter.fullCore(3, 1).training(Part.CORE);
  private static final String QUERY_CORE = "layer.0.query.lora_core";

  @Property
  void twoClientsMeetAtTheirWeightedMean(
      @ForAll int first,
      @ForAll int second,
      @ForAll @LongRange(min = 1, max = 1L << 31) long firstExamples,
      @ForAll @LongRange(min = 1, max = (1L << 31) - 1) long secondExamples) {
    GlobalState reference = zeros(CORE);
    Accumulator sum = new WeightedMean().start(reference, CODEC, new Seed(1));
    sum.add(constant("a", 3, firstExamples, first));
    sum.add(constant("b", 3, secondExamples, second));
    double expected =
        ((double) first * firstExamples + (double) second * secondExamples)
            / (firstExamples + secondExamples)
            * CODEC.bound();
    Tensor mean = sum.finish().mean().tensors().get(QUERY_CORE);
    assertThat(mean.at(4)).isCloseTo((float) expected, within(Math.ulp((float) expected)));
  }

  @Test
  void largestValuesWithMostExamplesDoNotOverflow() {
    Accumulator sum = new WeightedMean().start(zeros(CORE), CODEC, new Seed(1));
    sum.add(constant("a", 3, 1, Integer.MIN_VALUE));
    sum.add(constant("b", 3, FixedPoint.MOST_WEIGHT - 1, Integer.MIN_VALUE));
    assertThat(sum.finish().mean().tensors().get(QUERY_CORE).at(0)).isEqualTo(-2048f);
  }

  @Test
  void oneExampleBeyondTheGuardIsRefused() {
    Accumulator sum = new WeightedMean().start(zeros(CORE), CODEC, new Seed(1));
    sum.add(constant("a", 3, FixedPoint.MOST_WEIGHT, 1));
    assertThatThrownBy(() -> sum.add(constant("b", 3, 1, 1)))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
    assertThatCode(sum::finish).doesNotThrowAnyException();
  }

  @Test
  void anEntryIsAveragedOverItsOwnersAndKeptWithoutAny() {
    GlobalState reference = Cohort.reference(CORE, new Seed(4));
    Accumulator sum = new WeightedMean().start(reference, CODEC, new Seed(1));
    sum.add(constant("small", 1, 3, 1 << 20));
    sum.add(constant("large", 2, 1, 5 << 20));
    Tensor before = reference.adapter().tensors().get(QUERY_CORE);
    Tensor mean = sum.finish().mean().tensors().get(QUERY_CORE);
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
    Accumulator sum = new WeightedMean().start(reference, CODEC, new Seed(1));
    sum.add(new ClientUpdate("a", 3, 1, IntVector.of(new int[2 * 3 * 3])));

    assertThat(sum.finish().next().origins())
        .containsEntry(Part.CORE, new Origin.Fetched())
        .containsEntry(Part.A, new Origin.Zeros())
        .containsEntry(Part.HEAD, new Origin.Zeros());
  }

  @Property(tries = 50)
  void levelsSelectExactlyTheEntriesOfTheTruncatedAdapter(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int rank) {
    GlobalState reference = Cohort.reference(ChainAdapter.fullCore(5, 1), new Seed(seed));
    TrainedEntries entries = TrainedEntries.of(reference.adapter());
    float[] full = flat(reference.adapter());
    float[] expected = flat(reference.adapter().truncate(rank));
    float[] selected = new float[expected.length];
    int next = 0;
    for (int i = 0; i < full.length; i++) {
      if (entries.level(i) < rank) {
        selected[next++] = full[i];
      }
    }
    assertThat(next).isEqualTo(expected.length);
    assertThat(selected).isEqualTo(expected);
  }

  /**
   * Each of n = 4000 clients encodes 0.3 grid steps; their mean has standard deviation (0.3 · 0.7 /
   * n)^½ = 0.00725 steps. The seed is fixed; over seeds, six deviations fail once in 5e8.
   */
  @Test
  void stochasticRoundingIsUnbiasedOverClients() {
    GlobalState reference = zeros(CORE);
    Accumulator sum = new WeightedMean().start(reference, CODEC, new Seed(1));
    TensorMap third =
        reference
            .adapter()
            .trained()
            .map(
                (name, tensor) -> {
                  float[] values = new float[tensor.size()];
                  Arrays.fill(values, (float) (0.3 * CODEC.bound()));
                  return Tensor.of(values, tensor.shapeArray());
                });
    for (int i = 0; i < 4000; i++) {
      sum.add(new ClientUpdate("c" + i, 3, 1, CODEC.encode(third, new Seed(9).of(i))));
    }
    double steps = sum.finish().mean().tensors().get(QUERY_CORE).at(0) / CODEC.bound();
    assertThat(steps).isCloseTo(0.3, within(6 * Math.sqrt(0.3 * 0.7 / 4000)));
  }

  private static GlobalState zeros(ChainAdapter form) {
    GlobalState random = Cohort.reference(form, new Seed(2));
    return GlobalState.initial(Adapter.zeros(form, Cohort.TARGET), random.origins());
  }

  private static ClientUpdate constant(String client, int rank, long examples, int value) {
    int[] values = new int[2 * rank * rank + 3 * 5 + 3];
    Arrays.fill(values, value);
    return new ClientUpdate(client, rank, examples, IntVector.of(values));
  }

  private static float[] flat(Adapter adapter) {
    float[] flat = new float[Math.toIntExact(adapter.trained().elements())];
    int position = 0;
    for (Tensor tensor : adapter.trained().asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        flat[position++] = tensor.at(i);
      }
    }
    return flat;
  }
}
