package dev.weft.core.update;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Integers of so many bits from a stream, the lowest bit first. It takes no more bytes of the
 * stream than it was given, and has few of them at once.
 */
final class BitReader {
  private static final int MOST_BUFFERED = 1 << 13;

  private final InputStream in;
  private final byte[] buffer;
  private long left;
  private int next;
  private int end;

  /** Bits of the last byte that were not asked for yet. */
  private long held;

  private int holding;

  /**
   * @param bytes that may be taken
   */
  BitReader(InputStream in, long bytes) {
    this.in = in;
    this.left = bytes;
    this.buffer = new byte[(int) Math.min(MOST_BUFFERED, bytes)];
  }

  /**
   * The next so many bits; what stands above them is undefined.
   *
   * @throws EOFException if there are no more
   */
  long next(int bits) throws IOException {
    long value = held;
    int taken = Math.min(holding, bits);
    held >>>= taken;
    holding -= taken;
    while (taken < bits) {
      long one = nextByte();
      value |= one << taken;
      int used = Math.min(Byte.SIZE, bits - taken);
      held = one >>> used;
      holding = Byte.SIZE - used;
      taken += used;
    }
    return value;
  }

  /** Whether nothing but zeros is left of the last byte. */
  boolean restIsZero() {
    return held == 0;
  }

  private int nextByte() throws IOException {
    if (next == end) {
      next = 0;
      end = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      left -= end;
      if (end == 0) {
        throw new EOFException("fewer bytes than integers");
      }
    }
    return buffer[next++] & 0xFF;
  }
}
