package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * 4-bit codes of a table over the row-major values, a scale per block of them: {@code table[code] *
 * scale(block)}. bitsandbytes' NF4 and FP4; a block may reach from one row into the next.
 *
 * @param codes two per byte, the first in the high nibble
 * @param table the 16 values of the codes, float32
 * @param block values that share a scale
 */
public record CodebookMatrix(
    String scheme, int out, int in, ByteBuffer codes, Elements table, int block, GroupValues scales)
    implements StoredMatrix {

  @Override
  public long bytes() {
    return codes.remaining() + scales.bytes();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(scheme());
    digest.add(codes);
    table.addTo(digest);
    scales.addTo(digest);
  }

  /** Scales of moderate size cannot take values of a table in [-1, 1] beyond float32. */
  @Override
  public OptionalLong firstNotFinite() {
    int blocks = (int) (((long) out * in + block - 1) / block);
    for (int i = 0; i < blocks; i++) {
      if (!GroupValues.isBounded(scales.at(i))) {
        return StoredMatrix.super.firstNotFinite();
      }
    }
    return table.firstNotFinite().isEmpty()
        ? OptionalLong.empty()
        : StoredMatrix.super.firstNotFinite();
  }

  @Override
  public void decodeRows(int from, int to, float[] target) {
    float[] values = new float[16];
    table.read(0, 16, values);
    int first = from * in;
    int end = to * in;
    for (int start = first; start < end; ) {
      float scale = scales.at(start / block);
      int blockEnd = Math.min(start / block * block + block, end);
      for (int i = start; i < blockEnd; i++) {
        int code = codes.get(i / 2) >> nibble(i) & 0xF;
        target[i - first] = values[code] * scale;
      }
      start = blockEnd;
    }
  }

  /** Where value {@code i} sits in its byte: the first of two in the high nibble. */
  static int nibble(int i) {
    return i % 2 == 0 ? 4 : 0;
  }
}
