package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.MemorySize;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final long GB = 1_000_000_000;
  private static final long MB = 1_000_000;

  @Test
  void autoIsThreeQuartersOfTheMachineAndTheConfigurationWins() {
    assertThat(ProcessMemory.of(Optional.empty(), 8 * GB, GB).total()).isEqualTo(6 * GB);
    assertThat(ProcessMemory.of(Optional.of(new MemorySize(3 * GB)), 8 * GB, GB).total())
        .isEqualTo(3 * GB);
  }

  @Test
  void whatModelAndTrainingsLeaveIsForStates() {
    ProcessMemory memory = new ProcessMemory(4 * GB, GB);
    MemoryBudget budget = memory.divide(GB, 200 * MB, 2, Optional.empty(), 5 * GB);

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
            "up to 4.00 GB: Java's heap 1.00 GB, base model 1.00 GB, 2 trainings at once of 200 MB,"
                + " kept states 1.00 GB of 5.00 GB, Java and libtorch themselves 600 MB");
    assertThat(memory.divide(GB, 200 * MB, 2, Optional.empty(), 300 * MB).states())
        .isEqualTo(300 * MB);
  }

  @Test
  void fewerTrainingsRunAtOnceWhereMoreDoNotFitUnlessSomebodyWantsThem() {
    ProcessMemory memory = new ProcessMemory(4 * GB, GB);

    assertThat(memory.divide(GB, 500 * MB, 16, Optional.empty(), 0).workers()).isEqualTo(2);
    assertRefused(
        () -> memory.divide(GB, 500 * MB, 16, Optional.of(4), 0),
        "engine.memory: of 4.00 GB, Java's heap may take 1.00 GB, Java and libtorch themselves 600"
            + " MB and the base model 1.00 GB; 2.00 GB for 4 trainings at once more are not left;"
            + " raise it, lower simulation.parallelism to 2, or give Java a smaller heap, such as"
            + " WEFT_JAVA_OPTS=-Xmx476m");
  }

  @Test
  void aModelWithoutRoomForOneTrainingIsRefused() {
    assertRefused(
        () -> new ProcessMemory(4 * GB, GB).divide(2 * GB, 500 * MB, 16, Optional.empty(), 0),
        "500 MB for one training more are not left; raise it, lower training.batch-size or"
            + " model.max-tokens, or give Java a smaller heap, such as WEFT_JAVA_OPTS=-Xmx476m");
  }

  @Test
  void moreThanTheMachineHasIsRefused() {
    assertThat(ProcessMemory.of(Optional.of(new MemorySize(24 * GB)), 24 * GB, GB).total())
        .isEqualTo(24 * GB);
    assertRefused(
        () -> ProcessMemory.of(Optional.of(new MemorySize(900_000_000 * GB)), 24 * GB, GB),
        "engine.memory: 900000000 GB is more than the 24.0 GB of this machine; lower it, or leave"
            + " it at auto");
  }

  @Test
  void aHeapThatMayOutgrowTheProcessIsRefused() {
    assertRefused(
        () -> ProcessMemory.of(Optional.of(new MemorySize(2 * GB)), 24 * GB, 3 * GB),
        "engine.memory: 2.00 GB cannot hold Java's heap of up to 3.00 GB and 600 MB for Java and"
            + " libtorch themselves; raise it, or give Java a smaller heap, such as"
            + " WEFT_JAVA_OPTS=-Xmx667m");
  }

  /** A smaller heap is no advice where the smallest is too large. */
  @Test
  void noImpossibleAdviceIsGiven() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> ProcessMemory.of(Optional.of(new MemorySize(MB)), 24 * GB, 3 * GB))
        .withMessageEndingWith("for Java and libtorch themselves; raise it");
  }

  private static void assertRefused(Runnable division, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(division::run)
        .withMessageContaining(sentence)
        .matches(refusal -> refusal.problem() == Problem.NOT_ENOUGH_MEMORY);
  }
}
