package dev.weft.finetune.adapter;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.VeraAdapter;
import dev.weft.core.tensor.Tensor;
import java.util.Arrays;

/** The definitions of all forms at one layer, in double precision and without any library. */
final class DenseLayer {
  private DenseLayer() {}

  /** {@code s · B · C · A}, and VeRA's b times its rows. */
  static double[][] product(Adapter adapter, AdapterTarget.Layer layer) {
    double[][] left = matrix(adapter.b(layer));
    switch (adapter.form().chain().core()) {
      case NONE -> {}
      case DIAGONAL -> left = times(left, diagonal(adapter.core(layer)));
      case FULL -> left = times(left, matrix(adapter.core(layer)));
    }
    double[][] product = times(left, matrix(adapter.a(layer)));
    for (int row = 0; row < product.length; row++) {
      double ofRow =
          adapter.form() instanceof VeraAdapter ? adapter.tensor(Part.MAGNITUDE, layer).at(row) : 1;
      for (int i = 0; i < product[row].length; i++) {
        product[row][i] *= adapter.form().scale() * ofRow;
      }
    }
    return product;
  }

  /**
   * The weight that a layer multiplies by.
   *
   * @param held whose row norms DoRA divides by; they are constants in its gradient
   */
  static double[][] weight(
      Adapter adapter, AdapterTarget.Layer layer, double[][] base, Adapter held) {
    double[][] v = plus(base, product(adapter, layer));
    if (adapter.form() instanceof HadamardAdapter) {
      double[][] change = product(adapter, layer);
      for (int row = 0; row < v.length; row++) {
        for (int column = 0; column < v[row].length; column++) {
          v[row][column] = base[row][column] * (1 + change[row][column]);
        }
      }
    }
    if (adapter.form() instanceof DoraAdapter) {
      Tensor magnitude = adapter.tensors().get(Part.MAGNITUDE.tensorName(layer.name()));
      double[] norms = rowNorms(plus(base, product(held, layer)));
      for (int row = 0; row < v.length; row++) {
        for (int column = 0; column < v[row].length; column++) {
          v[row][column] *= magnitude.at(row) / norms[row];
        }
      }
    }
    return v;
  }

  static double[] rowNorms(double[][] matrix) {
    return Arrays.stream(matrix)
        .mapToDouble(row -> Math.sqrt(Arrays.stream(row).map(value -> value * value).sum()))
        .toArray();
  }

  static double[][] matrix(Tensor tensor) {
    double[][] matrix = new double[tensor.dimension(0)][tensor.dimension(1)];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[row].length; column++) {
        matrix[row][column] = tensor.at(row, column);
      }
    }
    return matrix;
  }

  private static double[][] diagonal(Tensor vector) {
    double[][] matrix = new double[vector.size()][vector.size()];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i][i] = vector.at(i);
    }
    return matrix;
  }

  static double[][] times(double[][] left, double[][] right) {
    double[][] product = new double[left.length][right[0].length];
    for (int row = 0; row < left.length; row++) {
      for (int column = 0; column < right[0].length; column++) {
        for (int i = 0; i < right.length; i++) {
          product[row][column] += left[row][i] * right[i][column];
        }
      }
    }
    return product;
  }

  static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[row].length; column++) {
        transposed[column][row] = matrix[row][column];
      }
    }
    return transposed;
  }

  static double[][] plus(double[][] left, double[][] right) {
    double[][] sum = new double[left.length][left[0].length];
    for (int row = 0; row < left.length; row++) {
      for (int column = 0; column < sum[row].length; column++) {
        sum[row][column] = left[row][column] + right[row][column];
      }
    }
    return sum;
  }
}
