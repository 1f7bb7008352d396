package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import java.util.OptionalLong;

/**
 * {@code scale(group) * (value(code) - zero(group))} with any codes, groups, scales and zeros:
 * GPTQ, AWQ, compressed-tensors, LLM.int8, FP8, and our own affine groups.
 */
record GroupedMatrix(
    String scheme,
    int out,
    int in,
    Codes codes,
    Groups groups,
    GroupValues scales,
    GroupValues zeros)
    implements StoredMatrix {

  @Override
  public long bytes() {
    return codes.bytes() + groups.bytes() + scales.bytes() + zeros.bytes();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(scheme());
    codes.addTo(digest);
    groups.addTo(digest);
    scales.addTo(digest);
    zeros.addTo(digest);
  }

  /** Codes times scales are finite if both are moderate, which far fewer numbers tell. */
  @Override
  public OptionalLong firstNotFinite() {
    return codes.allFinite() && isBounded()
        ? OptionalLong.empty()
        : StoredMatrix.super.firstNotFinite();
  }

  private boolean isBounded() {
    for (int row = 0; row < out; row++) {
      for (int k = 0; k < groups.perRow(); k++) {
        int group = groups.number(row, k);
        if (!GroupValues.isBounded(scales.at(group)) || !GroupValues.isBounded(zeros.at(group))) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void decodeRows(int from, int to, float[] target) {
    codes.read(from, to, target);
    float[] scale = new float[groups.perRow()];
    float[] zero = new float[groups.perRow()];
    int[] ofColumn = groups.permutation();
    for (int row = from; row < to; row++) {
      for (int k = 0; k < groups.perRow(); k++) {
        scale[k] = scales.at(groups.number(row, k));
        zero[k] = zeros.at(groups.number(row, k));
      }
      if (ofColumn.length == 0) {
        applyInTurn(target, (row - from) * in, scale, zero);
      } else {
        apply(target, (row - from) * in, scale, zero, ofColumn);
      }
    }
  }

  private void applyInTurn(float[] target, int start, float[] scale, float[] zero) {
    for (int k = 0; k < groups.perRow(); k++) {
      float s = scale[k];
      float z = zero[k];
      int end = start + Math.min((k + 1) * groups.width(), in);
      for (int i = start + k * groups.width(); i < end; i++) {
        target[i] = (target[i] - z) * s;
      }
    }
  }

  private static void apply(
      float[] target, int start, float[] scale, float[] zero, int[] ofColumn) {
    for (int column = 0; column < ofColumn.length; column++) {
      int k = ofColumn[column];
      target[start + column] = (target[start + column] - zero[k]) * scale[k];
    }
  }
}
