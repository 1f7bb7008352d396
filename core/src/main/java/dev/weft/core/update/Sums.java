package dev.weft.core.update;

import dev.weft.core.tensor.Scratch;
import java.nio.LongBuffer;

/** Sums of integers by position, zero at first. */
final class Sums {
  private static final int BLOCK_BITS = 24;
  private static final int BLOCK = 1 << BLOCK_BITS;

  private final LongBuffer[] blocks;

  Sums(int size, Scratch scratch) {
    Scratch.Room room = scratch.room((long) size * Long.BYTES);
    blocks = new LongBuffer[(int) (((long) size + BLOCK - 1) / BLOCK)];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = room.longs(Math.min(BLOCK, size - block * BLOCK));
    }
  }

  void add(int position, long value) {
    LongBuffer block = blocks[position >> BLOCK_BITS];
    int place = position & (BLOCK - 1);
    block.put(place, block.get(place) + value);
  }

  long at(int position) {
    return blocks[position >> BLOCK_BITS].get(position & (BLOCK - 1));
  }
}
