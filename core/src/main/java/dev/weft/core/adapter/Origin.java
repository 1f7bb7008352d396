package dev.weft.core.adapter;

import dev.weft.core.Text;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * How a part of the global adapter can be had by a client. What can be derived is never sent; the
 * digest of the result is checked either way.
 *
 * <p>Draws depend on the protocol seed, the tensor and nothing else (methods.md fact 10). They go
 * direction by direction, along the rows of A and the columns of B, so a client of smaller rank
 * draws the leading part of what a client of larger rank draws.
 */
public sealed interface Origin {

  /** All zeros, such as B before the first round. */
  record Zeros() implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> Tensor.zeros(tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("zeros");
    }
  }

  /** Kaiming-uniform with a = sqrt 5 for {@code A [r, in]}, that is uniform on ±1/sqrt(in). */
  record Kaiming(Seed seed) implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> kaiming(seed.of(name), tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("kaiming");
      out.writeLong(seed.value());
    }
  }

  /**
   * Normal with mean zero; a direction is a row of A, a column of B or an entry of a diagonal core.
   *
   * @param length root mean square length of a direction: its n entries have variance length² / n
   * @param tied whether all layers whose directions have equally many entries draw the same ones
   */
  record Normal(Seed seed, float length, boolean tied) implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> normal(this, name, tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("normal");
      out.writeLong(seed.value());
      out.writeFloat(length);
      out.writeBoolean(tied);
    }
  }

  /**
   * Rows of the identity for {@code A [r, in]}, each choosing one input column and no two the same:
   * the first r of a random order of all columns.
   */
  record Columns(Seed seed) implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> columns(seed.of(name), tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("columns");
      out.writeLong(seed.value());
    }
  }

  /**
   * For {@code A [r, in]} the columns in r runs of neighbours, as equally long as they can be: row
   * k is one on the k-th run and zero elsewhere.
   */
  record Groups() implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> groups(tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("groups");
    }
  }

  /**
   * Normal with mean zero, like {@link Normal}, but the same for all layers: each takes the leading
   * part of one matrix that is as large as the largest of them.
   *
   * @param length root mean square length of a row of A or a column of B of that matrix
   */
  record Shared(Seed seed, float length) implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return shared(this, like);
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("shared");
      out.writeLong(seed.value());
      out.writeFloat(length);
    }
  }

  /** The same number everywhere. */
  record Constant(float value) implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      return like.map((name, tensor) -> byRow(() -> value, tensor.shapeArray()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("constant");
      out.writeFloat(value);
    }
  }

  /** Only the coordinator has it: fetch by digest. */
  record Fetched() implements Origin {
    @Override
    public TensorMap derive(TensorMap like) {
      throw new IllegalStateException("a fetched part cannot be derived");
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF("fetched");
    }
  }

  /**
   * The tensors of a derivable part, with the names and shapes of {@code like}.
   *
   * @throws IllegalStateException if the part has to be fetched
   */
  TensorMap derive(TensorMap like);

  /** Appends its name and what decides the draws. */
  void write(DataOutput out) throws IOException;

  /**
   * Inverse of {@link #write}.
   *
   * @throws IllegalArgumentException if the bytes are no origin
   */
  static Origin read(DataInput in) throws IOException {
    String name = in.readUTF();
    return switch (name) {
      case "zeros" -> new Zeros();
      case "kaiming" -> new Kaiming(new Seed(in.readLong()));
      case "normal" -> new Normal(new Seed(in.readLong()), in.readFloat(), in.readBoolean());
      case "columns" -> new Columns(new Seed(in.readLong()));
      case "groups" -> new Groups();
      case "shared" -> new Shared(new Seed(in.readLong()), in.readFloat());
      case "constant" -> new Constant(in.readFloat());
      case "fetched" -> new Fetched();
      default -> throw new IllegalArgumentException(Text.format("unknown origin \"%s\"", name));
    };
  }

  private static Tensor kaiming(Seed seed, int... shape) {
    SeededRandom random = seed.random();
    double bound = 1 / Math.sqrt(shape[shape.length - 1]);
    return byRow(() -> (2 * random.nextDouble() - 1) * bound, shape);
  }

  private static Tensor normal(Normal normal, String name, int... shape) {
    Part part = Part.of(name);
    boolean byColumn = part == Part.B;
    int entries = shape.length == 1 ? 1 : shape[byColumn ? 0 : 1];
    Seed seed = normal.tied() ? normal.seed().of(part, entries) : normal.seed().of(name);
    SeededRandom random = seed.random();
    double deviation = normal.length() / Math.sqrt(entries);
    DoubleSupplier draw = () -> deviation * random.nextGaussian();
    return byColumn ? byColumn(draw, shape) : byRow(draw, shape);
  }

  private static TensorMap shared(Shared shared, TensorMap like) {
    Map<List<Integer>, Tensor> byShape = new HashMap<>();
    int[] largest = new int[2];
    like.asMap()
        .values()
        .forEach(
            tensor -> {
              largest[0] = Math.max(largest[0], tensor.dimension(0));
              largest[1] = Math.max(largest[1], tensor.dimension(1));
            });
    Part part = Part.of(like.names().iterator().next());
    Tensor whole = shared(shared, part, largest);
    return like.map(
        (name, tensor) ->
            byShape.computeIfAbsent(
                tensor.shape(), shape -> whole.leadingBlock(tensor.shapeArray())));
  }

  /** Every direction from a seed of its own, so that neither rank nor length moves the others. */
  private static Tensor shared(Shared shared, Part part, int... shape) {
    boolean byColumn = part == Part.B;
    int directions = shape[byColumn ? 1 : 0];
    int entries = shape[byColumn ? 0 : 1];
    double deviation = shared.length() / Math.sqrt(entries);
    float[] values = new float[directions * entries];
    for (int k = 0; k < directions; k++) {
      SeededRandom random = shared.seed().of(part, k).random();
      for (int i = 0; i < entries; i++) {
        int at = byColumn ? i * directions + k : k * entries + i;
        values[at] = (float) (deviation * random.nextGaussian());
      }
    }
    return Tensor.of(values, shape);
  }

  private static Tensor columns(Seed seed, int... shape) {
    int[] order = new int[shape[1]];
    for (int column = 0; column < order.length; column++) {
      order[column] = column;
    }
    SeededRandom random = seed.random();
    float[] values = new float[shape[0] * shape[1]];
    for (int row = 0; row < shape[0]; row++) {
      int drawn = row + random.nextInt(order.length - row);
      int column = order[drawn];
      order[drawn] = order[row];
      values[row * shape[1] + column] = 1;
    }
    return Tensor.of(values, shape);
  }

  private static Tensor groups(int... shape) {
    float[] values = new float[shape[0] * shape[1]];
    for (int column = 0; column < shape[1]; column++) {
      int row = Math.toIntExact((long) column * shape[0] / shape[1]);
      values[row * shape[1] + column] = 1;
    }
    return Tensor.of(values, shape);
  }

  private static Tensor byRow(DoubleSupplier draw, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw.getAsDouble();
    }
    return Tensor.of(values, shape);
  }

  private static Tensor byColumn(DoubleSupplier draw, int... shape) {
    float[] values = new float[shape[0] * shape[1]];
    for (int column = 0; column < shape[1]; column++) {
      for (int row = 0; row < shape[0]; row++) {
        values[row * shape[1] + column] = (float) draw.getAsDouble();
      }
    }
    return Tensor.of(values, shape);
  }
}
