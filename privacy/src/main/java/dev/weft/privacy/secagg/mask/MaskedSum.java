package dev.weft.privacy.secagg.mask;

import dev.weft.core.Text;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.secagg.Lanes;
import dev.weft.privacy.secagg.primitive.Suite;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The sum of some vectors and masks modulo 2^m, worked out block by block as it is read: of one
 * vector and its masks, what a site sends; of what all sent and the opposites of the masks, their
 * sum. Reading it twice costs twice.
 */
public final class MaskedSum implements RingSource {
  private final List<RingSource> vectors;
  private final List<Mask> masks;
  private final Suite suite;
  private final int bits;
  private final int size;
  private final Queue<MaskedBlocks> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param vectors at least one; all of one length and width
   */
  public MaskedSum(List<RingSource> vectors, List<Mask> masks, Suite suite) {
    this.vectors = List.copyOf(vectors);
    this.masks = List.copyOf(masks);
    this.suite = suite;
    this.bits = vectors.get(0).bits();
    this.size = vectors.get(0).size();
    for (RingSource vector : vectors) {
      if (vector.bits() != bits || vector.size() != size) {
        throw new IllegalArgumentException(
            Text.format(
                "vectors: %d integers of %d bits beside %d of %d",
                vector.size(), vector.bits(), size, bits));
      }
    }
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public RingVector range(int from, int length) {
    return range(from, length, Lanes.ONE);
  }

  /** All of it in memory. */
  public RingVector whole(Lanes lanes) {
    return range(0, size, lanes);
  }

  private RingVector range(int from, int length, Lanes lanes) {
    long[] values = new long[length];
    int first = from / MaskedBlocks.BLOCK;
    int last = (int) (((long) from + length + MaskedBlocks.BLOCK - 1) / MaskedBlocks.BLOCK);
    lanes.each(
        last - first,
        piece -> {
          int start = (first + piece) * MaskedBlocks.BLOCK;
          long[] block = block(first + piece);
          int begin = Math.max(from, start);
          int end = Math.min(from + length, start + block.length);
          System.arraycopy(block, begin - start, values, begin - from, end - begin);
          Arrays.fill(block, 0);
        });
    return RingVector.of(bits, values);
  }

  private long[] block(int number) {
    int start = number * MaskedBlocks.BLOCK;
    int length = Math.min(MaskedBlocks.BLOCK, size - start);
    long[] sums = new long[length];
    for (RingSource vector : vectors) {
      RingVector part = vector.range(start, length);
      for (int i = 0; i < length; i++) {
        sums[i] += part.at(i);
      }
    }
    MaskedBlocks blocks = idle.poll();
    if (blocks == null) {
      blocks = new MaskedBlocks(suite.masks(), bits);
    }
    blocks.add(masks, number, sums, length);
    idle.add(blocks);
    return sums;
  }

  /** Erases all seeds; it cannot be read any more. */
  public void erase() {
    masks.forEach(mask -> mask.seed().erase());
  }

  @Override
  public String toString() {
    return Text.format("sum of %d vectors and %d masks", vectors.size(), masks.size());
  }
}
