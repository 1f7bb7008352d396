package dev.weft.aggregation.init;

import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.AdapterInit.Statistic;
import dev.weft.core.tensor.Tensor;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;

/** DoRA's start: LoRA's factors, and as magnitudes the row norms of the weight as it is used. */
public final class MagnitudeInit {
  private MagnitudeInit() {}

  /** A drawn, B zero, magnitudes the norms of rows, so the model answers as its base. */
  public static AdapterInit rowNorms() {
    return FactorInit.of(
            Statistic.WEIGHT,
            (form, weight) -> FactorInit.Start.of(Map.of(Part.MAGNITUDE, rowNorms(weight))))
        .drawn(Part.A, Origin.Kaiming::new);
  }

  private static Tensor rowNorms(DMatrixRMaj matrix) {
    float[] norms = new float[matrix.numRows];
    for (int row = 0; row < norms.length; row++) {
      double squares = 0;
      for (int column = 0; column < matrix.numCols; column++) {
        squares += matrix.get(row, column) * matrix.get(row, column);
      }
      norms[row] = (float) Math.sqrt(squares);
    }
    return Tensor.of(norms, norms.length);
  }
}
