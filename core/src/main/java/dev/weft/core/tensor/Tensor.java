package dev.weft.core.tensor;

import dev.weft.core.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * An immutable float32 tensor, row-major. Values are shared, never exposed for writing.
 *
 * <p>Large weights stay with the engine; this type carries what clients and coordinator exchange.
 */
public final class Tensor {
  private final int[] shape;
  private final FloatBuffer values;

  private Tensor(int[] shape, FloatBuffer values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * A tensor that takes ownership of {@code values}: the caller must not write to them afterwards.
   *
   * @throws IllegalArgumentException if the shape does not hold exactly that many values
   */
  public static Tensor of(float[] values, int... shape) {
    return of(FloatBuffer.wrap(values), shape);
  }

  /**
   * The same of all that a buffer holds, which may lie in a file ({@link Scratch}).
   *
   * @throws IllegalArgumentException if the shape does not hold exactly that many values
   */
  public static Tensor of(FloatBuffer values, int... shape) {
    if (elements(shape) != values.capacity()) {
      throw new IllegalArgumentException(
          Text.format(
              "shape %s holds %d values, not %d",
              Arrays.toString(shape), elements(shape), values.capacity()));
    }
    return new Tensor(shape.clone(), values);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(int... shape) {
    return new Tensor(shape.clone(), FloatBuffer.allocate(Math.toIntExact(elements(shape))));
  }

  /**
   * Number of values a shape holds; 1 for the empty shape.
   *
   * @throws IllegalArgumentException if a dimension is negative
   * @throws ArithmeticException if the number does not fit 64 bits
   */
  public static long elements(int... shape) {
    long count = 1;
    for (int dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, (long) dimension);
    }
    return count;
  }

  public List<Integer> shape() {
    return Arrays.stream(shape).boxed().toList();
  }

  public int dimension(int axis) {
    return shape[axis];
  }

  public int[] shapeArray() {
    return shape.clone();
  }

  /** Number of values. */
  public int size() {
    return values.capacity();
  }

  /** Element in row-major order. */
  public float at(int index) {
    return values.get(index);
  }

  /** Element of a matrix. */
  public float at(int row, int column) {
    return values.get(row * shape[1] + Objects.checkIndex(column, shape[1]));
  }

  /** A copy of the values. */
  public float[] toArray() {
    float[] copy = new float[size()];
    values.get(0, copy);
    return copy;
  }

  /** A read-only view of the values. */
  public FloatBuffer buffer() {
    return values.asReadOnlyBuffer().clear();
  }

  /** Writes the little-endian values. */
  public void writeTo(OutputStream out) throws IOException {
    FloatStream.write(values, out);
  }

  /**
   * Leading block of a vector or matrix: the entries whose every index is below its extent.
   *
   * @throws IllegalArgumentException if this has other axes or is smaller than the block
   */
  public Tensor leadingBlock(int... extents) {
    boolean fits = extents.length == shape.length && shape.length >= 1 && shape.length <= 2;
    for (int axis = 0; fits && axis < shape.length; axis++) {
      fits = extents[axis] >= 0 && extents[axis] <= shape[axis];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          Text.format(
              "shape %s has no leading block %s",
              Arrays.toString(shape), Arrays.toString(extents)));
    }
    int width = shape[shape.length - 1];
    int columns = extents[extents.length - 1];
    int rows = extents.length == 1 ? 1 : extents[0];
    float[] block = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      values.get(row * width, block, row * columns, columns);
    }
    return new Tensor(extents.clone(), FloatBuffer.wrap(block));
  }

  /** Every value times a factor, rounded once. */
  public Tensor times(double factor) {
    float[] product = new float[size()];
    for (int i = 0; i < product.length; i++) {
      product[i] = (float) (factor * values.get(i));
    }
    return new Tensor(shape, FloatBuffer.wrap(product));
  }

  /** Elementwise sum in float32. */
  public Tensor plus(Tensor other) {
    return combine(other, 1);
  }

  /** Elementwise difference in float32. */
  public Tensor minus(Tensor other) {
    return combine(other, -1);
  }

  private Tensor combine(Tensor other, int sign) {
    if (!Arrays.equals(shape, other.shape)) {
      throw new IllegalArgumentException("shapes differ: " + shape() + " and " + other.shape());
    }
    float[] result = new float[size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i) + sign * other.values.get(i);
    }
    return new Tensor(shape, FloatBuffer.wrap(result));
  }

  /** By bits: 0 is not −0, and NaN is NaN. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Tensor that) || !Arrays.equals(shape, that.shape)) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (bits(i) != that.bits(i)) {
        return false;
      }
    }
    return true;
  }

  private int bits(int index) {
    return Float.floatToIntBits(values.get(index));
  }

  @Override
  public int hashCode() {
    int hash = Arrays.hashCode(shape);
    for (int i = 0; i < size(); i++) {
      hash = 31 * hash + bits(i);
    }
    return hash;
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
