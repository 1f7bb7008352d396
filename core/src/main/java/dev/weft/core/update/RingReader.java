package dev.weft.core.update;

/** Reads the first integers of a source one after the other, a block at a time. */
final class RingReader {
  private static final int BLOCK = 1 << 16;

  private final RingSource source;
  private final int size;
  private int position;
  private RingVector block = RingVector.of(1);
  private int inBlock;

  /**
   * @param size how many are read
   */
  RingReader(RingSource source, int size) {
    this.source = source;
    this.size = size;
  }

  boolean hasNext() {
    return position < size;
  }

  long next() {
    if (inBlock == block.size()) {
      block = source.range(position, Math.min(BLOCK, size - position));
      inBlock = 0;
    }
    position++;
    return block.at(inBlock++);
  }
}
