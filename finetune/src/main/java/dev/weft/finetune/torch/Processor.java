package dev.weft.finetune.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import dev.weft.core.Text;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What this process computes on; chosen once, before anything is computed. */
public final class Processor {
  /**
   * System property that replaces what {@code engine.precision = auto} finds on this machine, so
   * that every machine can show what another one does: {@code float32} or {@code bfloat16}.
   */
  public static final String AUTO_PRECISION = "weft.auto.precision";

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Instructions that multiply bfloat16 faster than float32, on x86 and ARM. */
  private static final Pattern FAST_BFLOAT16 = Pattern.compile("\\b(avx512_bf16|amx_bf16|bf16)\\b");

  private static final boolean CPU_MULTIPLIES_BFLOAT16 = cpuMultipliesBfloat16();

  private static volatile Optional<Device> chosen = Optional.empty();

  private Processor() {}

  /**
   * Chooses for the whole process.
   *
   * @throws WeftException if there is no such device, or this process already computes on another
   */
  public static synchronized void choose(EngineConfig config) {
    Device device = config.device().map(Processor::named).orElseGet(Processor::best);
    if (chosen.isPresent() && !chosen.get().equals(device)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "engine.device: this process already computes on %s; one process uses one device",
              chosen.get()));
    }
    chosen = Optional.of(device);
  }

  /** The precision to compute in on the chosen device. */
  public static Precision precision(EngineConfig config) {
    return config
        .precision()
        .map(wanted -> Precision.valueOf(wanted.name()))
        .orElseGet(() -> autoPrecision(System.getProperty(AUTO_PRECISION, "")));
  }

  /**
   * @param stated empty to look at the processor
   */
  static Precision autoPrecision(String stated) {
    if (stated.isEmpty()) {
      return multipliesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.name().equalsIgnoreCase(stated))
        .findFirst()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.BAD_VALUE,
                    Text.format(
                        "system property %s: %s is no precision; use float32 or bfloat16",
                        AUTO_PRECISION, stated)));
  }

  /** A configuration with the chosen device and precision in place of {@code auto}. */
  public static EngineConfig resolve(EngineConfig config) {
    return new EngineConfig(
        Optional.of(name()),
        Optional.of(EngineConfig.Precision.valueOf(precision(config).name())),
        config.rematerialization(),
        config.microBatch(),
        config.memory());
  }

  /** For people: {@code cpu}, {@code cuda:0}. */
  public static String name() {
    return isGpu() ? "cuda:" + device().getDeviceId() : "cpu";
  }

  public static boolean isGpu() {
    return device().isGpu();
  }

  /** Bytes that the chosen GPU has free; empty on a CPU, and where CUDA's runtime does not say. */
  public static OptionalLong freeGpuBytes() {
    if (!isGpu() || !CudaUtils.hasCuda()) {
      return OptionalLong.empty();
    }
    MemoryUsage memory = CudaUtils.getGpuMemory(device());
    return OptionalLong.of(memory.getMax() - memory.getCommitted());
  }

  static synchronized Device device() {
    if (chosen.isEmpty()) {
      chosen = Optional.of(best());
    }
    return chosen.get();
  }

  private static Device named(String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int number = Integer.parseInt(name.substring(name.indexOf(':') + 1));
    int available = gpus();
    if (number >= available) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "engine.device: there is no %s, libtorch sees %d CUDA devices here; use cpu or auto,"
                  + " or bring a libtorch with CUDA as docs/engine.md says",
              name, available));
    }
    return Device.gpu(number);
  }

  private static Device best() {
    return gpus() > 0 ? Device.gpu(0) : Device.cpu();
  }

  private static int gpus() {
    Engine engine = Torch.engine();
    return engine.hasCapability(StandardCapabilities.CUDA) ? engine.getGpuCount() : 0;
  }

  /** Whether the chosen device has instructions for bfloat16; without, libtorch is very slow. */
  public static boolean multipliesBfloat16() {
    return isGpu() || CPU_MULTIPLIES_BFLOAT16;
  }

  private static boolean cpuMultipliesBfloat16() {
    try {
      return Files.isReadable(CPU_INFO) && FAST_BFLOAT16.matcher(Files.readString(CPU_INFO)).find();
    } catch (IOException e) {
      return false;
    }
  }
}
