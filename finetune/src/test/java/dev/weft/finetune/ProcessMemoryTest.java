package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.MemorySize;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final long GB = 1_000_000_000;
  private static final long MB = 1_000_000;

  @Test
  void autoIsThreeQuartersOfTheMachineAndTheConfigurationWins() {
    assertThat(of(Optional.empty(), 8 * GB, GB).total()).isEqualTo(6 * GB);
    assertThat(of(Optional.of(new MemorySize(3 * GB)), 8 * GB, GB).total()).isEqualTo(3 * GB);
  }

  @Test
  void whatModelAndTrainingsLeaveIsForStates() {
    ProcessMemory memory = process(4 * GB, GB);
    MemoryBudget budget = divide(memory, GB, 200 * MB, 2, Optional.empty(), 5 * GB);

    assertThat(budget.workers()).isEqualTo(2);
    assertThat(budget.states()).isEqualTo(GB);
    assertThat(
            memory.heap()
                + ProcessMemory.RUNTIME
                + budget.model()
                + budget.workers() * budget.worker()
                + budget.states())
        .isEqualTo(memory.total());
    assertThat(budget.describe())
        .isEqualTo(
            "up to 4.00 GB: Java's heap 1.00 GB, Java and libtorch themselves 600 MB, base model"
                + " 1.00 GB, 2 trainings at once of 200 MB for 8 examples at a time, kept states"
                + " 1.00 GB of 5.00 GB");
    assertThat(divide(memory, GB, 200 * MB, 2, Optional.empty(), 300 * MB).states())
        .isEqualTo(300 * MB);
  }

  @Test
  void fewerTrainingsRunAtOnceWhereMoreDoNotFitUnlessSomebodyWantsThem() {
    ProcessMemory memory = process(4 * GB, GB);

    assertThat(divide(memory, GB, 500 * MB, 16, Optional.empty(), 0).workers()).isEqualTo(2);
    assertRefused(
        () -> divide(memory, GB, 500 * MB, 16, Optional.of(4), 0),
        "engine.memory: of 4.00 GB, Java's heap may take 1.00 GB, Java and libtorch themselves 600"
            + " MB and the base model 1.00 GB; 2.00 GB for 4 trainings at once more are not left;"
            + " raise it, lower simulation.parallelism to 2, or give Java a smaller heap, such as"
            + " WEFT_JAVA_OPTS=-Xmx476m");
  }

  @Test
  void aModelWithoutRoomForOneTrainingIsRefused() {
    assertRefused(
        () -> divide(process(4 * GB, GB), 2 * GB, 500 * MB, 16, Optional.empty(), 0),
        "500 MB for one training more are not left; raise it, lower engine.micro-batch or"
            + " model.max-tokens, or give Java a smaller heap, such as WEFT_JAVA_OPTS=-Xmx476m");
  }

  /** Of what one example takes 100 MB for, beside 100 MB whatever their number. */
  @Test
  void soManyExamplesPassAtOnceAsFitUnlessSomebodySaysHowMany() {
    ProcessMemory memory = process(3 * GB, GB);

    assertThat(halved(memory, Optional.empty(), Optional.empty()).microBatch()).isEqualTo(3);
    assertThat(halved(memory, Optional.empty(), Optional.of(2)).microBatch()).isEqualTo(1);
    assertThat(halved(memory, Optional.of(2), Optional.empty()).worker()).isEqualTo(300 * MB);
    assertThat(halved(process(9 * GB, GB), Optional.empty(), Optional.empty()).microBatch())
        .isEqualTo(10);
    assertThat(halved(process(9 * GB, GB), Optional.of(64), Optional.empty()).microBatch())
        .isEqualTo(10);
    assertRefused(
        () -> halved(memory, Optional.of(5), Optional.empty()),
        "600 MB for one training more are not left");
  }

  private static MemoryBudget halved(
      ProcessMemory memory, Optional<Integer> microBatch, Optional<Integer> wanted) {
    return memory.divide(GB, 10, examples -> (1L + examples) * 100 * MB, microBatch, 1, wanted, 0);
  }

  /** What the process may take of the machine says nothing of the GPU. */
  @Test
  void onAGpuItsFreeMemoryIsDivided() {
    ProcessMemory memory = new ProcessMemory(4 * GB, GB, OptionalLong.of(2 * GB));

    assertThat(divide(memory, GB, 200 * MB, 2, Optional.empty(), 5 * GB).describe())
        .isEqualTo(
            "up to 2.00 GB of the GPU, base model 1.00 GB, 2 trainings at once of 200 MB for 8"
                + " examples at a time, kept states 600 MB of 5.00 GB");
    assertRefused(
        () -> divide(memory, 2 * GB, 500 * MB, 16, Optional.empty(), 0),
        "engine.device: of the 2.00 GB that are free on the GPU, the base model takes 2.00 GB; 500"
            + " MB for one training more are not left; lower engine.micro-batch or"
            + " model.max-tokens");
    assertThat(memory.noRoomForModel())
        .hasMessageContaining(
            "the base model takes more than the 2.00 GB that are free on the GPU");
  }

  @Test
  void moreThanTheMachineHasIsRefused() {
    assertThat(of(Optional.of(new MemorySize(24 * GB)), 24 * GB, GB).total()).isEqualTo(24 * GB);
    assertRefused(
        () -> of(Optional.of(new MemorySize(900_000_000 * GB)), 24 * GB, GB),
        "engine.memory: 900000000 GB is more than the 24.0 GB of this machine; lower it, or leave"
            + " it at auto");
  }

  @Test
  void aHeapThatMayOutgrowTheProcessIsRefused() {
    assertRefused(
        () -> of(Optional.of(new MemorySize(2 * GB)), 24 * GB, 3 * GB),
        "engine.memory: 2.00 GB cannot hold Java's heap of up to 3.00 GB and 600 MB for Java and"
            + " libtorch themselves; raise it, or give Java a smaller heap, such as"
            + " WEFT_JAVA_OPTS=-Xmx667m");
  }

  /** A smaller heap is no advice where the smallest is too large. */
  @Test
  void noImpossibleAdviceIsGiven() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> of(Optional.of(new MemorySize(MB)), 24 * GB, 3 * GB))
        .withMessageEndingWith("for Java and libtorch themselves; raise it");
  }

  private static ProcessMemory of(Optional<MemorySize> wanted, long machine, long heap) {
    return ProcessMemory.of(wanted, machine, heap, OptionalLong.empty());
  }

  private static ProcessMemory process(long total, long heap) {
    return new ProcessMemory(total, heap, OptionalLong.empty());
  }

  private static MemoryBudget divide(
      ProcessMemory memory,
      long model,
      long worker,
      int cores,
      Optional<Integer> wanted,
      long states) {
    return memory.divide(model, 8, examples -> worker, Optional.empty(), cores, wanted, states);
  }

  private static void assertRefused(Runnable division, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(division::run)
        .withMessageContaining(sentence)
        .matches(refusal -> refusal.problem() == Problem.NOT_ENOUGH_MEMORY);
  }
}
