package dev.weft.finetune.quantization;

import dev.weft.core.config.ModelConfig;
import dev.weft.core.tensor.Tensor;

/** A format for frozen matrices. Another format is another implementation and its kernel. */
public interface QuantScheme {

  /** As users write it. */
  String name();

  /**
   * @param weights [out, in]
   */
  StoredMatrix store(Tensor weights);

  static QuantScheme of(ModelConfig.Quantization quantization) {
    return switch (quantization) {
      case NONE -> new Float32();
      case NF4 -> new Nf4(false);
      case NF4_DOUBLE -> new Nf4(true);
    };
  }
}
