package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;

/** An NF4 matrix: two 4-bit codes per byte over the row-major values, a scale per 64 of them. */
final class Nf4Matrix implements StoredMatrix {
  private final int out;
  private final int in;
  private final byte[] codes;
  private final BlockScales scales;

  /** Takes ownership of the codes. */
  Nf4Matrix(int out, int in, byte[] codes, BlockScales scales) {
    this.out = out;
    this.in = in;
    this.codes = codes;
    this.scales = scales;
  }

  byte[] codes() {
    return codes.clone();
  }

  BlockScales scales() {
    return scales;
  }

  @Override
  public long bytes() {
    return codes.length + scales.bytes();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(codes);
    scales.addTo(digest);
  }

  @Override
  public Tensor decode() {
    float[] values = new float[out * in];
    for (int i = 0; i < values.length; i++) {
      int code = codes[i / 2] >> Nf4.nibble(i) & 0xF;
      values[i] = Nf4.CODEBOOK.value(code) * scales.at(i / Nf4.BLOCK);
    }
    return Tensor.of(values, out, in);
  }

  @Override
  public NativeMatrix upload(Arena owner, Kernels kernels) {
    int blocks = (out * in + Nf4.BLOCK - 1) / Nf4.BLOCK;
    NativeArray wholeBlocks = owner.bytes(Arrays.copyOf(codes, blocks * Nf4.BLOCK / 2));
    NativeArray table = kernels.callOne(owner, "nf4_table", owner.floats(pairTable(), 256, 2));
    NativeMatrix nativeScales = scales.upload(owner, kernels);
    return arena ->
        kernels.callOne(
            arena, "nf4_decode", wholeBlocks, table, nativeScales.decode(arena), out, in);
  }

  /** The two values of every possible byte. */
  private static float[] pairTable() {
    float[] pairs = new float[512];
    for (int i = 0; i < 256; i++) {
      pairs[2 * i] = Nf4.CODEBOOK.value(i >> 4);
      pairs[2 * i + 1] = Nf4.CODEBOOK.value(i & 0xF);
    }
    return pairs;
  }
}
