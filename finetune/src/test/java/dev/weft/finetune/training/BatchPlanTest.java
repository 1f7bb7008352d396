package dev.weft.finetune.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchPlanTest {

  @Property(tries = 100)
  void anEpochHoldsEveryExampleOnce(
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed) {
    BatchPlan plan = plan(examples, batchSize, seed);

    for (int epoch = 0; epoch < 2; epoch++) {
      assertThat(flatten(plan.epoch(epoch)).sorted().toArray())
          .isEqualTo(IntStream.range(0, examples).toArray());
    }
    assertThat(plan.epoch(0)).hasSize((examples + batchSize - 1) / batchSize);
  }

  @Property(tries = 50)
  void stepsGoOnWhereTheLastRoundStopped(
      @ForAll @IntRange(min = 1, max = 100) int examples,
      @ForAll @IntRange(min = 1, max = 7) int steps) {
    BatchPlan plan = plan(examples, 8, 5);
    List<int[]> roundByRound = new ArrayList<>();
    for (int round = 1; round <= 6; round++) {
      roundByRound.addAll(plan.round(round, training(Optional.of(steps))));
    }

    assertThat(roundByRound.toArray(int[][]::new))
        .isDeepEqualTo(plan.round(1, training(Optional.of(6 * steps))).toArray(int[][]::new));
  }

  @Test
  void withoutStepsARoundIsAWholeEpochOfItsOwn() {
    BatchPlan plan = plan(100, 8, 5);

    assertThat(plan.round(3, training(Optional.empty())).toArray(int[][]::new))
        .isDeepEqualTo(plan.epoch(2).toArray(int[][]::new));
    assertThat(flatten(plan.epoch(0)).toArray()).isNotEqualTo(flatten(plan.epoch(1)).toArray());
  }

  @Test
  void batchesOfSimilarLengthHoldLittlePadding() {
    TokenizedSet data = TokenizedSets.random(2000, 40, 10, 2, 1);
    long padded = 0;
    for (int[] batch : new BatchPlan(data, 32, new Seed(1)).epoch(0)) {
      padded += (long) batch.length * Arrays.stream(batch).map(data::tokens).max().getAsInt();
    }

    assertThat((double) padded / data.totalTokens()).isLessThan(1.1);
  }

  private static BatchPlan plan(int examples, int batchSize, long seed) {
    return new BatchPlan(
        TokenizedSets.random(examples, 40, 10, 2, seed), batchSize, new Seed(seed));
  }

  private static LocalTraining training(Optional<Integer> steps) {
    LocalTraining epoch = LocalTraining.ofEpochs(1, 8, 0.1);
    return steps.map(number -> LocalTraining.ofSteps(number, 8, 0.1)).orElse(epoch);
  }

  private static IntStream flatten(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream);
  }
}
