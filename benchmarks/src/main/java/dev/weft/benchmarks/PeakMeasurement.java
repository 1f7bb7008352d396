package dev.weft.benchmarks;

import dev.weft.core.config.EngineConfig;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.torch.Processor;
import dev.weft.finetune.torch.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures {@link Peaks} in this process. */
final class PeakMeasurement {
  private static final int REPETITIONS = 3;
  private static final String PRODUCT = "multiply";

  private final Plan plan;
  private final Arena arena = Arena.open();
  private final Program kernels = Program.compile(arena, source("peaks.py"));

  /**
   * @param device as the configuration names it; empty for the best
   * @param workers numbers of threads to measure with
   * @param sizes of square products, growing
   * @param copied bytes that are copied at once; more than the caches hold
   * @param seconds that one measurement lasts, about
   */
  record Plan(
      String device, List<Integer> workers, List<Integer> sizes, int copied, double seconds) {}

  private PeakMeasurement(Plan plan) {
    this.plan = plan;
  }

  public static void main(String[] arguments) throws IOException {
    FreshProcess.answer(arguments, Plan.class, PeakMeasurement::measure);
  }

  static Peaks measure(Plan plan) {
    Processor.choose(EngineConfig.onDevice(plan.device()));
    PeakMeasurement measurement = new PeakMeasurement(plan);
    try (measurement.arena) {
      return measurement.measure();
    }
  }

  private Peaks measure() {
    List<Peaks.Product> products = new ArrayList<>();
    List<Peaks.Bandwidth> bandwidths = new ArrayList<>();
    for (int workers : plan.workers()) {
      products(Precision.FLOAT32)
          .forEach(
              (kernel, multiply) ->
                  products.add(product(Precision.FLOAT32, kernel, multiply, workers)));
      products(Precision.BFLOAT16)
          .forEach(
              (kernel, multiply) ->
                  products.add(product(Precision.BFLOAT16, kernel, multiply, workers)));
      bandwidths.add(
          new Peaks.Bandwidth(workers, 2 * bytes("copy", workers), bytes("sum", workers)));
    }
    return new Peaks(Processor.name(), products, bandwidths);
  }

  /** The ways to multiply, by the names of who does it. */
  private Map<String, Program> products(Precision precision) {
    Map<String, Program> ways = new LinkedHashMap<>();
    ways.put("libtorch", kernels);
    if (precision == Precision.FLOAT32 && Processor.name().equals("cpu")) {
      try {
        ways.put("oneDNN", Program.compile(arena, source("onednn.py")));
      } catch (IllegalArgumentException e) {
        // This libtorch was built without oneDNN.
      }
    }
    return ways;
  }

  private Peaks.Product product(Precision precision, String kernel, Program multiply, int workers) {
    double best = 0;
    for (int size : plan.sizes()) {
      double flops = 2.0 * size * size * size;
      Operands squares =
          owner -> {
            NativeArray like = owner.floats(new float[1], 1);
            int type = precision == Precision.FLOAT32 ? 6 : 15;
            return List.of(
                kernels.callOne(owner, "square", like, size, type),
                kernels.callOne(owner, "square", like, size, type));
          };
      double perSecond = perSecond(multiply, PRODUCT, squares, workers);
      best = Math.max(best, flops * perSecond);
      if (perSecond < workers / plan.seconds()) {
        break; // a larger square would take too long
      }
    }
    return new Peaks.Product(precision, kernel, workers, best);
  }

  private double bytes(String kernel, int workers) {
    int values = plan.copied() / Float.BYTES;
    Operands arrays =
        owner -> {
          NativeArray like = owner.floats(new float[1], 1);
          return List.of(
              kernels.callOne(owner, "vector", like, values),
              kernels.callOne(owner, "vector", like, values));
        };
    return (double) plan.copied() * perSecond(kernels, kernel, arrays, workers);
  }

  @FunctionalInterface
  private interface Operands {
    List<NativeArray> in(Arena owner);
  }

  /** How often all workers together do something per second, at best. */
  private double perSecond(Program program, String kernel, Operands operands, int count) {
    try (Workers workers = new Workers(count)) {
      List<double[]> rates =
          workers.each(
              () -> {
                try (Arena own = Arena.open()) {
                  return rates(program, kernel, operands.in(own), own, workers);
                }
              });
      return IntStream.range(0, REPETITIONS)
          .mapToDouble(i -> rates.stream().mapToDouble(worker -> worker[i]).sum())
          .max()
          .orElseThrow();
    }
  }

  /** How often per second one worker does it, in repetitions that all workers start together. */
  private double[] rates(
      Program program, String kernel, List<NativeArray> operands, Arena arena, Workers workers) {
    seconds(program, kernel, operands, arena, 1);
    double once = seconds(program, kernel, operands, arena, 1);
    int times = (int) Math.max(1, plan.seconds() / once);
    double[] rates = new double[REPETITIONS];
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      workers.together();
      rates[repetition] = times / seconds(program, kernel, operands, arena, times);
    }
    return rates;
  }

  private static double seconds(
      Program program, String kernel, List<NativeArray> operands, Arena arena, int times) {
    try (Arena scratch = arena.child()) {
      long begin = System.nanoTime();
      program.callOne(scratch, kernel, operands.get(0), operands.get(1), times).toFloats();
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private static String source(String file) {
    try (InputStream source = PeakMeasurement.class.getResourceAsStream(file)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("kernels cannot be read from the class path", e);
    }
  }
}
