package dev.weft.privacy.secagg.mask;

import dev.weft.privacy.secagg.primitive.MaskGenerator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Adds masks to blocks of integers modulo 2^64, of which 2^m is a divisor; cutting to m bits comes
 * last. A value takes four bytes of keystream up to 32 bits and eight above, little-endian; chunks
 * of {@value #CHUNK} values have streams of their own (privacy.md 1.2). It has buffers, so each
 * thread has its own.
 */
final class MaskedBlocks {
  /** Values of a block: keystream and sums stay in the cache of one core. */
  static final int BLOCK = 1 << 15;

  static final int CHUNK = 1 << 20;

  private final MaskGenerator generator;
  private final boolean wide;
  private final byte[] stream;
  private final LongBuffer longs;
  private final IntBuffer ints;
  private final long[] longWords;
  private final int[] intWords;

  /** Of all masks of a block, where 32 bits are enough. */
  private final int[] intSums;

  MaskedBlocks(MaskGenerator generator, int bits) {
    this.generator = generator;
    this.wide = bits > Integer.SIZE;
    this.stream = new byte[BLOCK * (wide ? Long.BYTES : Integer.BYTES)];
    ByteBuffer bytes = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    this.longs = bytes.asLongBuffer();
    this.ints = bytes.asIntBuffer();
    this.longWords = new long[wide ? BLOCK : 0];
    this.intWords = new int[wide ? 0 : BLOCK];
    this.intSums = new int[wide ? 0 : BLOCK];
  }

  /**
   * @param block its number; block i begins with value {@code i · BLOCK}
   * @param sums a value of the block each
   * @param size how many there are
   */
  void add(List<Mask> masks, int block, long[] sums, int size) {
    int chunk = block / (CHUNK / BLOCK);
    int from = block % (CHUNK / BLOCK) * stream.length;
    for (Mask mask : masks) {
      generator.generate(mask.seed(), chunk, from, stream, size * (stream.length / BLOCK));
      if (wide) {
        longs.get(0, longWords, 0, size);
        addLongs(sums, size, mask.negative());
      } else {
        ints.get(0, intWords, 0, size);
        addInts(intSums, size, mask.negative());
      }
    }
    for (int i = 0; i < (wide ? 0 : size); i++) {
      sums[i] += intSums[i];
    }
    Arrays.fill(stream, (byte) 0);
    Arrays.fill(intSums, 0);
    Arrays.fill(longWords, 0);
    Arrays.fill(intWords, 0);
  }

  private void addLongs(long[] sums, int size, boolean negative) {
    if (negative) {
      for (int i = 0; i < size; i++) {
        sums[i] -= longWords[i];
      }
    } else {
      for (int i = 0; i < size; i++) {
        sums[i] += longWords[i];
      }
    }
  }

  private void addInts(int[] sums, int size, boolean negative) {
    if (negative) {
      for (int i = 0; i < size; i++) {
        sums[i] -= intWords[i];
      }
    } else {
      for (int i = 0; i < size; i++) {
        sums[i] += intWords[i];
      }
    }
  }
}
