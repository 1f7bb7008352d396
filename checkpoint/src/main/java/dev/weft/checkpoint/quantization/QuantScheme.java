package dev.weft.checkpoint.quantization;

import dev.weft.core.registry.Named;
import dev.weft.core.tensor.Tensor;

/** A format that frozen matrices are put into. Another format is another implementation. */
public interface QuantScheme extends Named {

  /**
   * @param weights [out, in]
   */
  StoredMatrix store(Tensor weights);

  /** What becomes of a matrix that a checkpoint holds: it is decoded and put into this format. */
  default StoredMatrix hold(StoredMatrix matrix) {
    return store(matrix.decode());
  }

  /** Whether it changes the values of a checkpoint. */
  default boolean rounds() {
    return true;
  }
}
