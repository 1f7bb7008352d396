package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * An immutable vector of integers modulo 2^b, for b up to 62: an update on its way. On the wire
 * each integer takes b bits, the lowest first, and the last byte is filled with zeros.
 */
public final class RingVector implements RingSource {
  /** Sums are held in longs, with room for their sign and one bit to spare. */
  static final int MOST_BITS = 62;

  private final int bits;

  /** Representatives nearest to zero: from −2^(b−1) to 2^(b−1) − 1. */
  private final long[] values;

  private RingVector(int bits, long[] values) {
    this.bits = bits;
    this.values = values;
  }

  /** These integers modulo 2^bits. */
  public static RingVector of(int bits, long... values) {
    if (bits < 1 || bits > MOST_BITS) {
      throw new IllegalArgumentException(
          "bits: must be between 1 and " + MOST_BITS + ", got " + bits);
    }
    long[] lifted = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      lifted[i] = lifted(values[i], bits);
    }
    return new RingVector(bits, lifted);
  }

  /** Of its residue class, the integer nearest to zero; the lower one of two. */
  static long lifted(long value, int bits) {
    int unused = Long.SIZE - bits;
    return value << unused >> unused;
  }

  /** Bytes that so many integers take on the wire. */
  public static long bytes(int bits, long size) {
    return (Math.multiplyExact(bits, size) + Byte.SIZE - 1) / Byte.SIZE;
  }

  /**
   * Reads all that a stream still holds, and keeps nothing of it.
   *
   * @throws WeftException if the bytes are not exactly so many integers of so many bits
   */
  static void check(InputStream in, int bits, int size) throws IOException {
    BitReader source = new BitReader(in, bytes(bits, size));
    try {
      for (int i = 0; i < size; i++) {
        source.next(bits);
      }
    } catch (EOFException e) {
      throw otherLength(bits, size);
    }
    if (in.read() >= 0) {
      throw otherLength(bits, size);
    }
    if (!source.restIsZero()) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE, "update: its last byte is not filled with zeros");
    }
  }

  /**
   * Reads some integers out of the midst of others.
   *
   * @param in from the byte on in which the first of them begins
   * @param skipped bits of that byte that belong to the one before
   */
  static RingVector readPart(InputStream in, int skipped, int bits, int size) throws IOException {
    long length = Math.addExact(Math.multiplyExact((long) bits, size), skipped);
    BitReader source = new BitReader(in, bytes(1, length));
    source.next(skipped);
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = lifted(source.next(bits), bits);
    }
    return new RingVector(bits, values);
  }

  private static WeftException otherLength(int bits, int size) {
    return new WeftException(
        Problem.MALFORMED_UPDATE,
        Text.format(
            "update of another length than the %d bytes that %d integers of %d bits take; send all"
                + " of it",
            bytes(bits, size), size, bits));
  }

  /** Writes the integers. */
  public void writeTo(OutputStream out) throws IOException {
    BufferedOutputStream target = new BufferedOutputStream(out);
    long mask = (1L << bits) - 1;
    long buffer = 0;
    int buffered = 0;
    for (long value : values) {
      long rest = value & mask;
      int left = bits;
      while (left > 0) {
        int taken = Math.min(left, Byte.SIZE - buffered);
        buffer |= (rest & ((1L << taken) - 1)) << buffered;
        rest >>>= taken;
        left -= taken;
        buffered += taken;
        if (buffered == Byte.SIZE) {
          target.write((int) buffer);
          buffer = 0;
          buffered = 0;
        }
      }
    }
    if (buffered > 0) {
      target.write((int) buffer);
    }
    target.flush();
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public RingVector range(int from, int size) {
    return new RingVector(bits, Arrays.copyOfRange(values, from, from + size));
  }

  /** The integer nearest to zero of its residue class. */
  public long at(int index) {
    return values[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RingVector that
        && bits == that.bits
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * bits + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "RingVector[" + values.length + " of " + bits + " bits]";
  }
}
