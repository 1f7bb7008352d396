package dev.weft.finetune;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.config.MemorySize;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.torch.Processor;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/**
 * What this process may use of a machine, before anything is in it.
 *
 * @param total bytes of all it may take
 * @param heap bytes that Java's heap may grow to
 * @param gpu bytes free on the GPU, where model and trainings live on one
 */
public record ProcessMemory(long total, long heap, OptionalLong gpu) {
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

  /** As the configuration says, on this machine, in its container and on the chosen device. */
  public static ProcessMemory of(EngineConfig engine) {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return of(
        engine.memory(),
        machine.getTotalMemorySize(),
        Runtime.getRuntime().maxMemory(),
        Processor.freeGpuBytes());
  }

  static ProcessMemory of(Optional<MemorySize> wanted, long machine, long heap, OptionalLong gpu) {
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
    return new ProcessMemory(
        wanted.map(MemorySize::bytes).orElse((long) (SHARE * machine)), heap, gpu);
  }

  /** For everything that is not in Java's heap. */
  long room() {
    return gpu.orElse(total - heap - RUNTIME);
  }

  /** For people, before what the room is divided into. */
  String describe() {
    return gpu.isPresent()
        ? Text.format("up to %s of the GPU", Amounts.bytes(room()))
        : Text.format(
            "up to %s: Java's heap %s, Java and libtorch themselves %s",
            Amounts.bytes(total), Amounts.bytes(heap), Amounts.bytes(RUNTIME));
  }

  /**
   * Divides it.
   *
   * @param model bytes of the base model
   * @param batch examples of a step in one lane of a training
   * @param worker bytes of one training, by how many of these pass the model at once
   * @param microBatch how many are to; empty for the whole batch, halved until a training fits
   * @param cores how many trainings there are at once if nobody says
   * @param wanted how many trainings are to run at once; empty for as many as cores and fit
   * @param states bytes of all states below the adapters
   * @throws WeftException if the model does not fit with so many trainings, or with a single one
   */
  public MemoryBudget divide(
      long model,
      int batch,
      IntToLongFunction worker,
      Optional<Integer> microBatch,
      int cores,
      Optional<Integer> wanted,
      long states) {
    long forWorkers = room() - model;
    int examples = Math.min(microBatch.orElse(batch), batch);
    while (microBatch.isEmpty()
        && examples > 1
        && forWorkers < worker.applyAsLong(examples) * wanted.orElse(1)) {
      examples = (examples + 1) / 2;
    }
    long each = worker.applyAsLong(examples);
    long most = each == 0 ? cores : forWorkers / each;
    if (most < wanted.orElse(1)) {
      throw noRoom(model, each, most, wanted);
    }
    int workers = wanted.orElse((int) Math.min(cores, most));
    long left = forWorkers - workers * each;
    return new MemoryBudget(this, model, workers, each, examples, Math.min(states, left), states);
  }

  /** That the base model does not fit. */
  WeftException noRoomForModel() {
    return new WeftException(
        Problem.NOT_ENOUGH_MEMORY,
        gpu.isPresent()
            ? Text.format(
                "engine.device: the base model takes more than the %s that are free on the GPU; use"
                    + " a smaller model or model.quantization = nf4",
                Amounts.bytes(room()))
            : Text.format(
                "engine.memory: the base model takes more than the %s that are left of %s beside"
                    + " Java's heap of up to %s; raise it, or use a smaller model or"
                    + " model.quantization = nf4%s",
                Amounts.bytes(room()),
                Amounts.bytes(total),
                Amounts.bytes(heap),
                smallerHeap(heap, heap / 2)));
  }

  private WeftException noRoom(long model, long worker, long most, Optional<Integer> wanted) {
    return new WeftException(
        Problem.NOT_ENOUGH_MEMORY,
        Text.format(
            "%s; %s for %s more are not left; %slower %s%s",
            gpu.isPresent()
                ? Text.format(
                    "engine.device: of the %s that are free on the GPU, the base model takes %s",
                    Amounts.bytes(room()), Amounts.bytes(model))
                : Text.format(
                    "engine.memory: of %s, Java's heap may take %s, Java and libtorch themselves"
                        + " %s and the base model %s",
                    Amounts.bytes(total),
                    Amounts.bytes(heap),
                    Amounts.bytes(RUNTIME),
                    Amounts.bytes(model)),
            Amounts.bytes(worker * wanted.orElse(1)),
            wanted
                .filter(count -> count > 1)
                .map(count -> count + " trainings at once")
                .orElse("one training"),
            gpu.isPresent() ? "" : "raise it, ",
            most < 1
                ? "engine.micro-batch or model.max-tokens"
                : "simulation.parallelism to " + most,
            gpu.isPresent() ? "" : smallerHeap(heap, heap / 2)));
  }

  /** A way out for people, where there is one: a heap too small for any work is none. */
  static String smallerHeap(long heap, long wanted) {
    long megabytes = Math.min(heap / 2, wanted) >> 20;
    return megabytes < LEAST_HEAP_MEGABYTES
        ? ""
        : Text.format(", or give Java a smaller heap, such as WEFT_JAVA_OPTS=-Xmx%dm", megabytes);
  }
}
