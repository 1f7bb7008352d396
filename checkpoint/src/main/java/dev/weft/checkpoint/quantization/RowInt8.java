package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * 8-bit integers with one scale per row, as LLM.int8 holds weights (quantization.md F2; Dettmers et
 * al., "LLM.int8()", NeurIPS 2022).
 */
record RowInt8() implements QuantScheme {

  @Override
  public String name() {
    return "int8";
  }

  @Override
  public GroupedMatrix store(Tensor weights) {
    int out = weights.dimension(0);
    int in = weights.dimension(1);
    float[] values = weights.toArray();
    ByteBuffer codes = Memory.bytes(values.length);
    float[] absmax = new float[out];
    for (int row = 0; row < out; row++) {
      absmax[row] = Codebook.absmax(values, row * in, (row + 1) * in);
      float inverse = absmax[row] == 0 ? 0 : 127 / absmax[row];
      for (int i = row * in; i < (row + 1) * in; i++) {
        codes.put(i, (byte) Math.rint(values[i] * inverse));
      }
    }
    return matrix(out, in, new Elements(ElementType.I8, codes), Elements.of(absmax));
  }

  /**
   * @param codes int8 [out, in]
   * @param absmax the largest magnitude of every row, [out]
   */
  static GroupedMatrix matrix(int out, int in, Elements codes, Elements absmax) {
    return new GroupedMatrix(
        "int8",
        out,
        in,
        new Codes.Plain(codes, in),
        Groups.alongRows(in, in),
        new Divided(absmax, 127),
        GroupValues.constant(0));
  }
}
