package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/** Opens segment after segment; the last is the one after which no byte follows. */
final class OpeningStream extends InputStream {
  private static final int SEALED_BYTES = SealedBox.SEGMENT_BYTES + Segments.TAG_BYTES;

  private final InputStream in;
  private final Segments segments;

  /** One byte more than a sealed segment, to see whether another follows. */
  private final byte[] sealed = new byte[SEALED_BYTES + 1];

  private int ahead;
  private long number;
  private byte[] plain = new byte[0];
  private int taken;
  private boolean ended;

  /**
   * @param in stands at the beginning of segment {@code number}
   */
  OpeningStream(InputStream in, Segments segments, long number) {
    this.in = in;
    this.segments = segments;
    this.number = number;
  }

  /** Passes over bytes of the first segment. */
  void skipWithin(int bytes) throws IOException {
    advance();
    if (bytes > plain.length) {
      throw SealedBox.endsBefore();
    }
    taken = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    while (taken == plain.length) {
      if (ended) {
        return -1;
      }
      advance();
    }
    int step = Math.min(length, plain.length - taken);
    System.arraycopy(plain, taken, bytes, offset, step);
    taken += step;
    return step;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void advance() throws IOException {
    int length = ahead + in.readNBytes(sealed, ahead, sealed.length - ahead);
    if (length == 0 && number > 0) {
      throw SealedBox.endsBefore();
    }
    boolean last = length < sealed.length;
    int segment = last ? length : SEALED_BYTES;
    plain = segments.open(sealed, segment, number, last).orElseThrow(() -> broken(segment, last));
    sealed[0] = sealed[SEALED_BYTES];
    ahead = 1;
    taken = 0;
    number++;
    ended = last;
  }

  private WeftException broken(int length, boolean last) {
    Optional<byte[]> otherwise = segments.open(sealed, length, number, !last);
    if (otherwise.isEmpty()) {
      return SealedBox.broken(
          Text.format(
              "segment %d of a sealed artifact was changed, exchanged or cut; fetch it again",
              number));
    }
    return SealedBox.broken(
        last
            ? Text.format("a sealed artifact is cut short after segment %d; fetch it again", number)
            : Text.format(
                "something follows segment %d, the last of a sealed artifact; fetch it again",
                number));
  }
}
