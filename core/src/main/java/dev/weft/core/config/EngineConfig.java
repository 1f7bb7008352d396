package dev.weft.core.config;

import java.util.Optional;

/**
 * How this machine computes. Precision and micro-batch are part of what decides the last bits of a
 * result; device is, too, as far as devices round differently; rematerialization and memory never
 * are.
 *
 * @param device {@code cpu} or {@code cuda:N}; empty for a GPU where there is one
 * @param precision empty for bfloat16 where the processor multiplies it fast, else float32
 * @param rematerialization empty for as little memory as needed, as much speed as possible
 * @param microBatch examples of a step that pass the model at once; empty for as many as fit
 * @param memory of the whole process, Java's heap included; empty for a share of the machine's
 */
public record EngineConfig(
    Optional<String> device,
    Optional<Precision> precision,
    @ResultsUnchanged Optional<Rematerialization> rematerialization,
    Optional<Integer> microBatch,
    @ResultsUnchanged Optional<MemorySize> memory) {

  /** What large products are computed in; adapters, residual stream and losses are float32. */
  public enum Precision {
    FLOAT32,
    BFLOAT16
  }

  /** What a forward pass computes again on the way back instead of keeping it. */
  public enum Rematerialization {
    /** Nothing; decoded weights excepted, which are never kept. */
    NONE,
    /** Every block, from what entered it. */
    BLOCKS
  }

  /**
   * All else as this machine has it best.
   *
   * @param device as the configuration names it; empty for the best
   */
  public static EngineConfig onDevice(String device) {
    return new EngineConfig(
        Optional.of(device).filter(name -> !name.isEmpty()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public EngineConfig {
    device.ifPresent(
        name ->
            Check.that(
                name.matches("cpu|cuda:\\d{1,3}"), "device", "must be cpu, cuda:N or auto", name));
    microBatch.ifPresent(examples -> Check.atLeast("micro-batch", examples, 1));
  }

  /** The same, computing in that precision. */
  public EngineConfig with(Precision wanted) {
    return new EngineConfig(device, Optional.of(wanted), rematerialization, microBatch, memory);
  }

  /** The same, with so many examples of a step at once. */
  public EngineConfig withMicroBatch(int examples) {
    return new EngineConfig(device, precision, rematerialization, Optional.of(examples), memory);
  }
}
