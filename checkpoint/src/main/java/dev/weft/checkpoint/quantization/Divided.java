package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;

/** Numbers that stand for themselves divided by a constant. */
record Divided(GroupValues held, float divisor) implements GroupValues {

  @Override
  public float at(int group) {
    return held.at(group) / divisor;
  }

  @Override
  public long bytes() {
    return held.bytes();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    held.addTo(digest);
  }
}
