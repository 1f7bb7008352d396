package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;

/**
 * QLoRA's double quantization: differences of the scales from their mean, as 8-bit dynamic codes in
 * blocks of 256 (quantization.md F1).
 */
final class NestedScales implements BlockScales {
  private static final int BLOCK = 256;
  private static final Codebook CODEBOOK = Codebook.dynamic8();

  private final byte[] codes;
  private final float[] absmax;
  private final float mean;

  NestedScales(float[] scales) {
    double sum = 0;
    for (float scale : scales) {
      sum += scale;
    }
    mean = (float) (sum / scales.length);
    float[] centred = new float[scales.length];
    for (int i = 0; i < scales.length; i++) {
      centred[i] = scales[i] - mean;
    }
    codes = new byte[scales.length];
    absmax = new float[(scales.length + BLOCK - 1) / BLOCK];
    for (int block = 0; block < absmax.length; block++) {
      int from = block * BLOCK;
      int to = Math.min(from + BLOCK, scales.length);
      absmax[block] = Codebook.absmax(centred, from, to);
      for (int i = from; i < to; i++) {
        codes[i] = (byte) CODEBOOK.nearest(centred[i], absmax[block]);
      }
    }
  }

  @Override
  public float at(int block) {
    return CODEBOOK.value(Byte.toUnsignedInt(codes[block])) * absmax[block / BLOCK] + mean;
  }

  /** The 8-bit codes. */
  byte[] codes() {
    return codes.clone();
  }

  /** Scales of the codes. */
  float[] absmax() {
    return absmax.clone();
  }

  float mean() {
    return mean;
  }

  @Override
  public long bytes() {
    return codes.length + (long) Float.BYTES * (absmax.length + 1);
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest
        .add(codes)
        .add(Tensor.of(absmax.clone(), absmax.length))
        .add(Tensor.of(new float[] {mean}, 1));
  }

  @Override
  public NativeMatrix upload(Arena owner, Kernels kernels) {
    NativeArray nativeCodes = owner.bytes(codes);
    NativeArray table = owner.floats(CODEBOOK.values(), 256);
    NativeArray nativeAbsmax = owner.floats(absmax, absmax.length);
    NativeArray nativeMean = owner.floats(new float[] {mean}, 1);
    return arena ->
        kernels.callOne(arena, "nf4_scales", nativeCodes, table, nativeAbsmax, nativeMean);
  }
}
