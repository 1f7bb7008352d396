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

class ShuffledPassesTest {
  private static final Seed SEED = new Seed(5);

  @Property(tries = 100)
  void aPassHoldsEveryExampleOnce(
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed) {
    TokenizedSet data = examples(examples);

    for (int pass = 0; pass < 2; pass++) {
      List<int[]> batches = ShuffledPasses.pass(data, batchSize, new Seed(seed), pass);
      assertThat(flatten(batches).sorted().toArray())
          .isEqualTo(IntStream.range(0, examples).toArray());
      assertThat(batches).hasSize((examples + batchSize - 1) / batchSize);
    }
  }

  @Property(tries = 50)
  void stepsGoOnWhereTheLastRoundStopped(
      @ForAll @IntRange(min = 1, max = 100) int examples,
      @ForAll @IntRange(min = 1, max = 7) int steps) {
    TokenizedSet data = examples(examples);
    List<int[]> roundByRound = new ArrayList<>();
    for (int round = 1; round <= 6; round++) {
      roundByRound.addAll(round(data, training(Optional.of(steps)), round));
    }

    assertThat(roundByRound.toArray(int[][]::new))
        .isDeepEqualTo(round(data, training(Optional.of(6 * steps)), 1).toArray(int[][]::new));
  }

  @Test
  void withoutStepsARoundIsAWholePassOfItsOwn() {
    TokenizedSet data = examples(100);

    assertThat(round(data, training(Optional.empty()), 3).toArray(int[][]::new))
        .isDeepEqualTo(ShuffledPasses.pass(data, 8, SEED, 2).toArray(int[][]::new));
    assertThat(flatten(ShuffledPasses.pass(data, 8, SEED, 0)).toArray())
        .isNotEqualTo(flatten(ShuffledPasses.pass(data, 8, SEED, 1)).toArray());
  }

  @Test
  void batchesOfSimilarLengthHoldLittlePadding() {
    TokenizedSet data = TokenizedSets.random(2000, 40, 10, 2, 1);
    long padded = 0;
    for (int[] batch : ShuffledPasses.pass(data, 32, new Seed(1), 0)) {
      padded += (long) batch.length * Arrays.stream(batch).map(data::tokens).max().getAsInt();
    }

    assertThat((double) padded / data.totalTokens()).isLessThan(1.1);
  }

  private static TokenizedSet examples(int number) {
    return TokenizedSets.random(number, 40, 10, 2, 5);
  }

  private static List<int[]> round(TokenizedSet data, LocalTraining training, int round) {
    return new ShuffledPasses().round(data, training, SEED, round);
  }

  private static LocalTraining training(Optional<Integer> steps) {
    LocalTraining epoch = LocalTraining.ofEpochs(1, 8, 0.1);
    return steps.map(number -> LocalTraining.ofSteps(number, 8, 0.1)).orElse(epoch);
  }

  private static IntStream flatten(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream);
  }
}
