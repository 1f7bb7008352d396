package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;

/** One number per group of weights, a scale or a zero, in whatever form it is held. */
public interface GroupValues {

  float at(int group);

  /** Bytes held. */
  long bytes();

  void addTo(Digest.Builder digest);

  /** Whether it is so far from float32's limits that no code takes it beyond them. */
  static boolean isBounded(float value) {
    return Math.abs(value) <= 0x1p60f;
  }

  /** The same number for every group, written nowhere. */
  static GroupValues constant(float value) {
    return new Constant(value);
  }

  /** See {@link #constant}. */
  record Constant(float value) implements GroupValues {

    @Override
    public float at(int group) {
      return value;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void addTo(Digest.Builder digest) {
      digest.add(Float.toString(value));
    }
  }
}
