package dev.weft.benchmarks;

import dev.weft.core.config.ModelConfig.Quantization;

/** How the linear layers of a measured model are held. */
public enum Weights {
  /** In the precision that is computed in. */
  NONE("none", Quantization.AS_IS),
  /** 4-bit NormalFloat with double quantization, as QLoRA has it. */
  NF4("nf4", Quantization.NF4_DOUBLE);

  private final String label;
  private final Quantization quantization;

  Weights(String label, Quantization quantization) {
    this.label = label;
    this.quantization = quantization;
  }

  Quantization quantization() {
    return quantization;
  }

  @Override
  public String toString() {
    return label;
  }
}
