package dev.weft.benchmarks;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.ModelWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Weights drawn from a seed, one array at a time, so that a model that is quantized is never dense
 * as a whole. Gains are 1, biases 0, everything else is uniform with a deviation of {@value
 * #DEVIATION}: speed does not depend on values, as long as none overflows.
 *
 * @param plain float32 or bfloat16: what is not quantized is held in it
 */
record RandomWeights(Seed seed, Weights weights, ElementType plain) implements ModelWeights {
  private static final double DEVIATION = 0.02;

  @Override
  public String scheme() {
    return weights.toString();
  }

  @Override
  public StoredMatrix linear(LinearSite site) {
    String name = site.name() + ".weight";
    return switch (weights) {
      case NONE -> table(name, site.out(), site.in());
      case NF4 ->
          QuantSchemes.named(weights.quantization()).store(values(name, site.out(), site.in()));
    };
  }

  @Override
  public StoredMatrix table(String name, int rows, int columns) {
    return QuantizedCheckpoint.of(new OneArray(array(name, rows, columns)), Optional.empty())
        .table(name, rows, columns);
  }

  @Override
  public Tensor vector(Family.Parameter parameter) {
    int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
    String name = parameter.name().toLowerCase(Locale.ROOT);
    if (name.endsWith(".bias")) {
      return Tensor.zeros(shape);
    }
    return name.endsWith("norm.weight") ? ones(shape) : values(parameter.name(), shape);
  }

  private static Tensor ones(int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    Arrays.fill(values, 1);
    return Tensor.of(values, shape);
  }

  private Tensor values(String name, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    Draws draws = new Draws(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = draws.next();
    }
    return Tensor.of(values, shape);
  }

  private RawTensor array(String name, int rows, int columns) {
    List<Integer> shape = List.of(rows, columns);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(plain.bytes(shape)))
            .order(ByteOrder.LITTLE_ENDIAN);
    Draws draws = new Draws(name);
    while (bytes.hasRemaining()) {
      if (plain == ElementType.F32) {
        bytes.putFloat(draws.next());
      } else {
        bytes.putShort((short) (Float.floatToRawIntBits(draws.next()) >>> Short.SIZE));
      }
    }
    return new RawTensor(name, plain, shape, bytes.flip());
  }

  /** The values of one array, in order. */
  private final class Draws {
    private final SplittableRandom random;

    Draws(String name) {
      random = new SplittableRandom(seed.of(name).value());
    }

    float next() {
      return (float) ((2 * random.nextDouble() - 1) * Math.sqrt(3) * DEVIATION);
    }
  }

  /** A model file with one array in it. */
  private record OneArray(RawTensor array) implements Checkpoint {
    @Override
    public String source() {
      return "random weights";
    }

    @Override
    public List<String> names() {
      return List.of(array.name());
    }

    @Override
    public Optional<RawTensor> find(String name) {
      return Optional.of(array).filter(only -> only.name().equals(name));
    }
  }
}
