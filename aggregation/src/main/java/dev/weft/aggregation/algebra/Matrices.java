package dev.weft.aggregation.algebra;

import dev.weft.core.tensor.Tensor;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/** From float32 tensors to double matrices and back, and the products that EJML spells with out. */
public final class Matrices {
  private Matrices() {}

  /** The same matrix in double precision. */
  public static DMatrixRMaj of(Tensor tensor) {
    DMatrixRMaj matrix = new DMatrixRMaj(tensor.dimension(0), tensor.dimension(1));
    for (int i = 0; i < tensor.size(); i++) {
      matrix.data[i] = tensor.at(i);
    }
    return matrix;
  }

  /** The same matrix, or the diagonal matrix of a vector, in double precision. */
  public static DMatrixRMaj core(Tensor tensor) {
    if (tensor.shape().size() == 2) {
      return of(tensor);
    }
    DMatrixRMaj diagonal = new DMatrixRMaj(tensor.size(), tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      diagonal.set(i, i, tensor.at(i));
    }
    return diagonal;
  }

  /** The same matrix rounded to float32. */
  public static Tensor tensor(DMatrixRMaj matrix) {
    float[] values = new float[matrix.getNumElements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) matrix.data[i];
    }
    return Tensor.of(values, matrix.numRows, matrix.numCols);
  }

  public static DMatrixRMaj product(DMatrixRMaj left, DMatrixRMaj right) {
    DMatrixRMaj product = new DMatrixRMaj(left.numRows, right.numCols);
    CommonOps_DDRM.mult(left, right, product);
    return product;
  }

  /** {@code left · rightᵀ}. */
  public static DMatrixRMaj productTransposed(DMatrixRMaj left, DMatrixRMaj right) {
    DMatrixRMaj product = new DMatrixRMaj(left.numRows, right.numRows);
    CommonOps_DDRM.multTransB(left, right, product);
    return product;
  }

  public static DMatrixRMaj transpose(DMatrixRMaj matrix) {
    return CommonOps_DDRM.transpose(matrix, null);
  }

  /** {@code weight · matrix}, as a new matrix. */
  public static DMatrixRMaj scaled(double weight, DMatrixRMaj matrix) {
    DMatrixRMaj scaled = new DMatrixRMaj(matrix.numRows, matrix.numCols);
    CommonOps_DDRM.scale(weight, matrix, scaled);
    return scaled;
  }

  public static DMatrixRMaj difference(DMatrixRMaj left, DMatrixRMaj right) {
    DMatrixRMaj difference = new DMatrixRMaj(left.numRows, left.numCols);
    CommonOps_DDRM.subtract(left, right, difference);
    return difference;
  }

  /** Blocks of equal height next to each other. */
  public static DMatrixRMaj besideEachOther(List<DMatrixRMaj> blocks) {
    int columns = blocks.stream().mapToInt(block -> block.numCols).sum();
    DMatrixRMaj joined = new DMatrixRMaj(blocks.get(0).numRows, columns);
    int column = 0;
    for (DMatrixRMaj block : blocks) {
      CommonOps_DDRM.insert(block, joined, 0, column);
      column += block.numCols;
    }
    return joined;
  }

  /** Blocks of equal width below each other. */
  public static DMatrixRMaj belowEachOther(List<DMatrixRMaj> blocks) {
    int rows = blocks.stream().mapToInt(block -> block.numRows).sum();
    DMatrixRMaj joined = new DMatrixRMaj(rows, blocks.get(0).numCols);
    int row = 0;
    for (DMatrixRMaj block : blocks) {
      CommonOps_DDRM.insert(block, joined, row, 0);
      row += block.numRows;
    }
    return joined;
  }

  /** Thin QR by Householder reflections. */
  static QRDecomposition<DMatrixRMaj> qr(DMatrixRMaj matrix) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(matrix.numRows, matrix.numCols);
    qr.decompose(matrix.copy());
    return qr;
  }
}
