package dev.weft.finetune;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.config.MemorySize;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * What this process may use of a machine, before anything is in it.
 *
 * @param total bytes of all it may take
 * @param heap bytes that Java's heap may grow to
 */
public record ProcessMemory(long total, long heap) {
  /** Java itself, libtorch, compiled kernels, and what malloc holds without using it. */
  static final long RUNTIME = 600_000_000;

  /** What no run gets by with less of. */
  private static final long LEAST_HEAP_MEGABYTES = 256;

  /** Of the machine's memory, where the configuration does not say. */
  private static final double SHARE = 0.75;

  /**
   * @throws WeftException if Java's heap alone may outgrow it
   */
  public ProcessMemory {
    if (total - heap - RUNTIME <= 0) {
      throw new WeftException(
          Problem.NOT_ENOUGH_MEMORY,
          Text.format(
              "engine.memory: %s cannot hold Java's heap of up to %s and %s for Java and libtorch"
                  + " themselves; raise it%s",
              Amounts.bytes(total),
              Amounts.bytes(heap),
              Amounts.bytes(RUNTIME),
              smallerHeap(heap, (total - RUNTIME) / 2)));
    }
  }

  /** As the configuration says, on this machine and in its container. */
  public static ProcessMemory of(EngineConfig engine) {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return of(engine.memory(), machine.getTotalMemorySize(), Runtime.getRuntime().maxMemory());
  }

  static ProcessMemory of(Optional<MemorySize> wanted, long machine, long heap) {
    wanted
        .filter(memory -> memory.bytes() > machine)
        .ifPresent(
            memory -> {
              throw new WeftException(
                  Problem.NOT_ENOUGH_MEMORY,
                  Text.format(
                      "engine.memory: %s is more than the %s of this machine; lower it, or leave it"
                          + " at auto",
                      memory, Amounts.bytes(machine)));
            });
    return new ProcessMemory(wanted.map(MemorySize::bytes).orElse((long) (SHARE * machine)), heap);
  }

  /** For everything that is not in Java's heap. */
  long room() {
    return total - heap - RUNTIME;
  }

  /**
   * Divides it.
   *
   * @param model bytes of the base model
   * @param worker bytes of one training
   * @param cores how many trainings there are at once if nobody says
   * @param wanted how many trainings are to run at once; empty for as many as cores and fit
   * @param states bytes of all states below the adapters
   * @throws WeftException if the model does not fit with so many trainings, or with a single one
   */
  public MemoryBudget divide(
      long model, long worker, int cores, Optional<Integer> wanted, long states) {
    long forWorkers = room() - model;
    long most = worker == 0 ? cores : forWorkers / worker;
    if (most < wanted.orElse(1)) {
      throw new WeftException(
          Problem.NOT_ENOUGH_MEMORY,
          Text.format(
              "engine.memory: of %s, Java's heap may take %s, Java and libtorch themselves %s and"
                  + " the base model %s; %s for %s more are not left; raise it, lower %s%s",
              Amounts.bytes(total),
              Amounts.bytes(heap),
              Amounts.bytes(RUNTIME),
              Amounts.bytes(model),
              Amounts.bytes(worker * wanted.orElse(1)),
              wanted
                  .filter(count -> count > 1)
                  .map(count -> count + " trainings at once")
                  .orElse("one training"),
              most < 1
                  ? "training.batch-size or model.max-tokens"
                  : "simulation.parallelism to " + most,
              smallerHeap(heap, heap / 2)));
    }
    int workers = wanted.orElse((int) Math.min(cores, most));
    long left = forWorkers - workers * worker;
    return new MemoryBudget(this, model, workers, worker, Math.min(states, left), states);
  }

  /** A way out for people, where there is one: a heap too small for any work is none. */
  static String smallerHeap(long heap, long wanted) {
    long megabytes = Math.min(heap / 2, wanted) >> 20;
    return megabytes < LEAST_HEAP_MEGABYTES
        ? ""
        : Text.format(", or give Java a smaller heap, such as WEFT_JAVA_OPTS=-Xmx%dm", megabytes);
  }
}
