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
  private final float[] values;

  private Tensor(int[] shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * A tensor that takes ownership of {@code values}: the caller must not write to them afterwards.
   *
   * @throws IllegalArgumentException if the shape does not hold exactly that many values
   */
  public static Tensor of(float[] values, int... shape) {
    if (elements(shape) != values.length) {
      throw new IllegalArgumentException(
          Text.format(
              "shape %s holds %d values, not %d",
              Arrays.toString(shape), elements(shape), values.length));
    }
    return new Tensor(shape.clone(), values);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(int... shape) {
    return new Tensor(shape.clone(), new float[Math.toIntExact(elements(shape))]);
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
    return values.length;
  }

  /** Element in row-major order. */
  public float at(int index) {
    return values[index];
  }

  /** Element of a matrix. */
  public float at(int row, int column) {
    return values[row * shape[1] + Objects.checkIndex(column, shape[1])];
  }

  /** A copy of the values. */
  public float[] toArray() {
    return values.clone();
  }

  /** A read-only view of the values. */
  public FloatBuffer buffer() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
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
      System.arraycopy(values, row * width, block, row * columns, columns);
    }
    return new Tensor(extents.clone(), block);
  }

  /** Every value times a factor, rounded once. */
  public Tensor times(double factor) {
    float[] product = new float[values.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = (float) (factor * values[i]);
    }
    return new Tensor(shape, product);
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
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] + sign * other.values[i];
    }
    return new Tensor(shape, result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
