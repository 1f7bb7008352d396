package dev.weft.finetune.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Stored bytes where the engine can see them. */
final class OutsideHeap {
  private OutsideHeap() {}

  /**
   * The same bytes, as they are if they lie outside the heap at a multiple of {@code alignment},
   * else copied there.
   *
   * @param stored little-endian
   */
  static ByteBuffer bytes(ByteBuffer stored, int alignment) {
    return stored.isDirect() && stored.alignmentOffset(0, alignment) == 0
        ? stored
        : ByteBuffer.allocateDirect(stored.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(stored.duplicate())
            .flip();
  }
}
