package dev.weft.core.adapter;

import dev.weft.core.tensor.Tensor;
import java.util.List;

/**
 * The product of a layer's {@linkplain AdapterForm#factors factors} without the last, in double.
 */
final class FactorProduct {
  private FactorProduct() {}

  /** {@code [out, r]}, row by row; without the scale. */
  static double[] left(Adapter adapter, AdapterTarget.Layer layer) {
    List<Part> factors = adapter.form().factors();
    Tensor b = adapter.b(layer);
    double[] left = new double[b.size()];
    for (int i = 0; i < left.length; i++) {
      left[i] = b.at(i);
    }
    int middle = factors.indexOf(Part.B);
    for (Part part : factors.subList(middle + 1, factors.size() - 1)) {
      left = times(left, layer.out(), adapter.tensor(part, layer));
    }
    for (Part part : factors.subList(0, middle)) {
      scaleRows(left, adapter.tensor(part, layer));
    }
    return left;
  }

  /** Rows times a matrix, or the diagonal of one. */
  private static double[] times(double[] left, int rows, Tensor factor) {
    int columns = left.length / rows;
    boolean diagonal = factor.shape().size() == 1;
    int width = diagonal ? columns : factor.dimension(1);
    double[] product = new double[rows * width];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column++) {
        double sum = diagonal ? left[row * columns + column] * factor.at(column) : 0;
        for (int k = 0; k < columns && !diagonal; k++) {
          sum += left[row * columns + k] * factor.at(k, column);
        }
        product[row * width + column] = sum;
      }
    }
    return product;
  }

  private static void scaleRows(double[] left, Tensor diagonal) {
    int columns = left.length / diagonal.size();
    for (int i = 0; i < left.length; i++) {
      left[i] *= diagonal.at(i / columns);
    }
  }
}
