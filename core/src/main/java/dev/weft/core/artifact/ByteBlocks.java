package dev.weft.core.artifact;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Bytes in memory, more of them than one array holds if need be; read when all are written. */
final class ByteBlocks extends OutputStream {
  /** Blocks double up to this length, so that short contents take little room. */
  private static final int LARGEST = 1 << 24;

  private static final int SMALLEST = 1 << 8;

  private final List<byte[]> full = new ArrayList<>();
  private byte[] last = new byte[SMALLEST];
  private int used;
  private long before;

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    int taken = 0;
    while (taken < length) {
      if (used == last.length) {
        full.add(last);
        before += used;
        last = new byte[Math.min(LARGEST, 2 * last.length)];
        used = 0;
      }
      int next = Math.min(length - taken, last.length - used);
      System.arraycopy(source, from + taken, last, used, next);
      used += next;
      taken += next;
    }
  }

  /** Ends writing; the last block keeps no room to spare. */
  @Override
  public void close() {
    last = Arrays.copyOf(last, used);
  }

  long length() {
    return before + used;
  }

  /** The bytes from an offset up to {@link #length} on. */
  InputStream from(long offset) {
    return new Reading(offset);
  }

  private final class Reading extends InputStream {
    private int block;
    private int place;

    Reading(long offset) {
      long rest = offset;
      while (block < full.size() && rest >= full.get(block).length) {
        rest -= full.get(block).length;
        block++;
      }
      place = Math.toIntExact(rest);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) {
      Objects.checkFromIndexSize(from, length, target.length);
      if (block < full.size() && place == full.get(block).length) {
        block++;
        place = 0;
      }
      byte[] source = block < full.size() ? full.get(block) : last;
      int left = (block < full.size() ? source.length : used) - place;
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int taken = Math.min(length, left);
      System.arraycopy(source, place, target, from, taken);
      place += taken;
      return taken;
    }
  }
}
