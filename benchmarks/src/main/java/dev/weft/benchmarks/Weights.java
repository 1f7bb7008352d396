package dev.weft.benchmarks;

/** How the linear layers of a measured model are held. */
public enum Weights {
  /** In the precision that is computed in. */
  NONE("none", "as-is"),
  /** 4-bit NormalFloat with double quantization, as QLoRA has it. */
  NF4("nf4", "nf4-double");

  private final String label;
  private final String quantization;

  Weights(String label, String quantization) {
    this.label = label;
    this.quantization = quantization;
  }

  String quantization() {
    return quantization;
  }

  @Override
  public String toString() {
    return label;
  }
}
