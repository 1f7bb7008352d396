package dev.weft.privacy.keys;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Seals what is written; a segment is sealed once it is known whether another follows. */
final class SealingStream extends OutputStream {
  private final OutputStream out;
  private final Segments segments;
  private final byte[] segment = new byte[SealedBox.SEGMENT_BYTES];
  private int filled;
  private long number;
  private boolean closed;

  SealingStream(OutputStream out, Segments segments) {
    this.out = out;
    this.segments = segments;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("the sealed artifact is closed");
    }
    int done = 0;
    while (done < length) {
      if (filled == segment.length) {
        seal(false);
      }
      int step = Math.min(length - done, segment.length - filled);
      System.arraycopy(bytes, offset + done, segment, filled, step);
      filled += step;
      done += step;
    }
  }

  /** Hands on what is sealed; what is not stays here, since it may be the last segment. */
  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (out) {
        seal(true);
      }
    }
  }

  private void seal(boolean last) throws IOException {
    out.write(segments.seal(segment, filled, number++, last));
    filled = 0;
  }
}
