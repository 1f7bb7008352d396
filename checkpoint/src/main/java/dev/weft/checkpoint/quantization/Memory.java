package dev.weft.checkpoint.quantization;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory for what quantizers write: outside the heap, as a mapped file is, so that the engine sees
 * it.
 */
final class Memory {
  private Memory() {}

  /** Zeros, little-endian. */
  static ByteBuffer bytes(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
