package dev.weft.checkpoint.quantization;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Unsigned integers of 2 to 8 bits in little-endian 32-bit words. A stream of them is a sequence of
 * words, one after the other or a fixed distance apart; low bits come first, and a number may
 * continue in the next word (3-bit GPTQ).
 */
final class PackedWords {
  private final ByteBuffer stored;
  private final IntBuffer words;
  private final int bits;
  private final int mask;

  PackedWords(ByteBuffer stored, int bits) {
    this.stored = stored;
    this.words = stored.asIntBuffer();
    this.bits = bits;
    mask = (1 << bits) - 1;
  }

  /** Words that a stream of this many numbers takes. */
  static int wordsFor(int count, int bits) {
    return Math.toIntExact(((long) count * bits + Integer.SIZE - 1) / Integer.SIZE);
  }

  int word(int index) {
    return words.get(index);
  }

  /** Fills {@code target} with words, the first at {@code start}, the others {@code step} apart. */
  void gather(int start, int step, int[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = words.get(start + i * step);
    }
  }

  /**
   * One number.
   *
   * @param start first word of the stream
   * @param step distance between its words
   * @param index of the number in the stream
   */
  int at(int start, int step, int index) {
    int bit = index * bits;
    int word = start + bit / Integer.SIZE * step;
    int shift = bit % Integer.SIZE;
    int value = words.get(word) >>> shift;
    if (shift + bits > Integer.SIZE) {
      value |= words.get(word + step) << (Integer.SIZE - shift);
    }
    return value & mask;
  }

  /** The first {@code count} numbers of a stream, written to {@code target} from {@code offset}. */
  void read(int start, int step, int count, float[] target, int offset) {
    long pending = 0;
    int available = 0;
    int word = start;
    for (int i = offset; i < offset + count; i++) {
      if (available < bits) {
        pending |= (words.get(word) & 0xFFFF_FFFFL) << available;
        available += Integer.SIZE;
        word += step;
      }
      target[i] = (int) pending & mask;
      pending >>>= bits;
      available -= bits;
    }
  }

  long bytes() {
    return stored.remaining();
  }

  void addTo(Digest.Builder digest) {
    digest.add(stored);
  }
}
