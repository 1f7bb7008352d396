package dev.weft.checkpoint.quantization;

import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * 4-bit codes of a table in flat blocks of 64, byte for byte what bitsandbytes writes
 * (quantization.md F1; Dettmers et al., "QLoRA", NeurIPS 2023).
 *
 * @param name as users write it
 * @param nested whether the block scales are quantized too: 4.127 instead of 4.5 bits per weight
 */
record BlockCodebook(String name, Codebook codebook, boolean nested) implements QuantScheme {
  static final int BLOCK = 64;

  static BlockCodebook nf4(boolean nested) {
    return new BlockCodebook(nested ? "nf4-double" : "nf4", Codebook.normalFloat4(), nested);
  }

  static BlockCodebook fp4(boolean nested) {
    return new BlockCodebook(nested ? "fp4-double" : "fp4", Codebook.float4(), nested);
  }

  @Override
  public CodebookMatrix store(Tensor weights) {
    float[] values = weights.toArray();
    ByteBuffer codes = Memory.bytes((values.length + 1) / 2);
    float[] absmax = new float[(values.length + BLOCK - 1) / BLOCK];
    for (int block = 0; block < absmax.length; block++) {
      int from = block * BLOCK;
      int to = Math.min(from + BLOCK, values.length);
      absmax[block] = Codebook.absmax(values, from, to);
      float reciprocal = Codebook.reciprocal(absmax[block]);
      for (int i = from; i < to; i++) {
        int code = codebook.nearest(values[i], reciprocal) << CodebookMatrix.nibble(i);
        codes.put(i / 2, (byte) (codes.get(i / 2) | code));
      }
    }
    return new CodebookMatrix(
        name,
        weights.dimension(0),
        weights.dimension(1),
        codes,
        Elements.of(codebook.values()),
        BLOCK,
        nested ? NestedScales.of(absmax) : Elements.of(absmax));
  }
}
