package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;

/**
 * QLoRA's double quantization: differences of the block scales from their mean, as 8-bit codes in
 * blocks of scales (quantization.md F1).
 *
 * @param codes one byte per block
 * @param map the 256 values of the codes
 * @param absmax one per {@code block} codes
 * @param block codes that share an absmax
 * @param mean what was subtracted from all scales
 */
public record NestedScales(ByteBuffer codes, Elements map, Elements absmax, int block, float mean)
    implements GroupValues {
  private static final int BLOCK = 256;
  private static final Codebook CODEBOOK = Codebook.dynamic8();
  private static final Elements MAP = Elements.of(CODEBOOK.values());

  static NestedScales of(float[] scales) {
    double sum = 0;
    for (float scale : scales) {
      sum += scale;
    }
    float mean = (float) (sum / scales.length);
    float[] centred = new float[scales.length];
    for (int i = 0; i < scales.length; i++) {
      centred[i] = scales[i] - mean;
    }
    ByteBuffer codes = Memory.bytes(scales.length);
    float[] absmax = new float[(scales.length + BLOCK - 1) / BLOCK];
    for (int k = 0; k < absmax.length; k++) {
      int from = k * BLOCK;
      int to = Math.min(from + BLOCK, scales.length);
      absmax[k] = Codebook.absmax(centred, from, to);
      float reciprocal = Codebook.reciprocal(absmax[k]);
      for (int i = from; i < to; i++) {
        codes.put(i, (byte) CODEBOOK.nearest(centred[i], reciprocal));
      }
    }
    return new NestedScales(codes, MAP, Elements.of(absmax), BLOCK, mean);
  }

  @Override
  public float at(int group) {
    return map.at(codes.get(group) & 0xFF) * absmax.at(group / block) + mean;
  }

  @Override
  public long bytes() {
    return codes.remaining() + absmax.bytes() + Float.BYTES;
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(codes);
    map.addTo(digest);
    absmax.addTo(digest);
    digest.add(Float.toString(mean));
  }
}
