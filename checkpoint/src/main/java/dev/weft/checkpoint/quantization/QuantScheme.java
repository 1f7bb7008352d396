package dev.weft.checkpoint.quantization;

import dev.weft.core.config.ModelConfig;
import dev.weft.core.tensor.Tensor;

/** A format that frozen matrices are put into. Another format is another implementation. */
public interface QuantScheme {

  /** As users write it. */
  String name();

  /**
   * @param weights [out, in]
   */
  StoredMatrix store(Tensor weights);

  /** What becomes of a matrix that a checkpoint holds: it is decoded and put into this format. */
  default StoredMatrix hold(StoredMatrix matrix) {
    return store(matrix.decode());
  }

  static QuantScheme of(ModelConfig.Quantization quantization) {
    return switch (quantization) {
      case AS_IS -> new AsIs();
      case NONE -> new Float32();
      case NF4 -> BlockCodebook.nf4(false);
      case NF4_DOUBLE -> BlockCodebook.nf4(true);
      case FP4 -> BlockCodebook.fp4(false);
      case FP4_DOUBLE -> BlockCodebook.fp4(true);
      case INT8 -> new RowInt8();
      case Q4_0 -> GgmlQuantizer.q4();
      case Q8_0 -> GgmlQuantizer.q8();
      case INT4_G64 -> new AffineGroups(4, 64);
      case INT4_G128 -> new AffineGroups(4, 128);
    };
  }
}
