package dev.weft.finetune.quantization;

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

  /**
   * The same bytes where the engine can see them: as they are if they lie outside the heap at a
   * multiple of {@code alignment}, else copied there.
   */
  static ByteBuffer outsideHeap(ByteBuffer stored, int alignment) {
    return stored.isDirect() && stored.alignmentOffset(0, alignment) == 0
        ? stored
        : bytes(stored.remaining()).put(stored.duplicate()).flip();
  }
}
