package dev.weft.finetune.quantization;

import dev.weft.core.tensor.Tensor;

/**
 * 4-bit NormalFloat in flat blocks of 64, byte for byte what bitsandbytes writes (quantization.md
 * F1; Dettmers et al., "QLoRA", NeurIPS 2023).
 *
 * @param nested whether the block scales are quantized too: 4.127 instead of 4.5 bits per weight
 */
record Nf4(boolean nested) implements QuantScheme {
  static final int BLOCK = 64;
  static final Codebook CODEBOOK = Codebook.normalFloat4();

  @Override
  public String name() {
    return nested ? "nf4-double" : "nf4";
  }

  @Override
  public Nf4Matrix store(Tensor weights) {
    float[] values = weights.toArray();
    byte[] codes = new byte[(values.length + 1) / 2];
    float[] absmax = new float[(values.length + BLOCK - 1) / BLOCK];
    for (int block = 0; block < absmax.length; block++) {
      int from = block * BLOCK;
      int to = Math.min(from + BLOCK, values.length);
      absmax[block] = Codebook.absmax(values, from, to);
      for (int i = from; i < to; i++) {
        codes[i / 2] |= (byte) (CODEBOOK.nearest(values[i], absmax[block]) << nibble(i));
      }
    }
    BlockScales scales =
        nested ? new NestedScales(absmax) : new PlainScales(Tensor.of(absmax, absmax.length));
    return new Nf4Matrix(weights.dimension(0), weights.dimension(1), codes, scales);
  }

  /** Where value {@code i} sits in its byte: the first of two in the high nibble. */
  static int nibble(int i) {
    return i % 2 == 0 ? 4 : 0;
  }
}
