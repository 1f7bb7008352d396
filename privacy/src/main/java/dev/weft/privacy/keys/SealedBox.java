package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An artifact that only the owner of an {@link OpeningKey} reads, and that he can read from
 * anywhere in its middle.
 *
 * <p>Layout: {@code "weftbox1"}, 7 random bytes of nonce, the artifact's own key by HPKE (80
 * bytes), then segments of 64 KiB and their tags of 16 bytes; the last segment may be shorter.
 * Segment i is ChaCha20-Poly1305 with the nonce {@code prefix ‖ u32 i ‖ last} (STREAM, Hoang et al.
 * 2015), so segments neither change places nor go missing at the end.
 */
public final class SealedBox {
  /** Of plain bytes in a segment. */
  public static final int SEGMENT_BYTES = 1 << 16;

  private static final byte[] MAGIC = "weftbox1".getBytes(StandardCharsets.US_ASCII);
  private static final int FRONT_BYTES = MAGIC.length + Segments.PREFIX_BYTES;
  static final int HEADER_BYTES = FRONT_BYTES + HeaderKey.WRAPPED_BYTES;

  private SealedBox() {}

  /** Where sealed bytes come from: a file, or an artifact in a store. */
  @FunctionalInterface
  public interface Source {
    /** All bytes from this one on. */
    InputStream from(long offset) throws IOException;
  }

  /**
   * What is written is sealed to {@code out}; it is whole once the stream is closed, which closes
   * {@code out} too. Who fails while writing throws away what was written, since closing seals what
   * there is.
   *
   * @param about what the artifact is, such as the digest of its manifest: who opens it must say
   *     the same
   */
  public static OutputStream seal(
      OutputStream out, SealingKey to, Digest about, SecureRandom random) throws IOException {
    byte[] prefix = new byte[Segments.PREFIX_BYTES];
    byte[] key = new byte[HeaderKey.KEY_BYTES];
    random.nextBytes(prefix);
    random.nextBytes(key);
    byte[] front = ByteBuffer.allocate(FRONT_BYTES).put(MAGIC).put(prefix).array();
    byte[] aad = HexFormat.of().parseHex(about.hex());
    out.write(front);
    out.write(HeaderKey.wrap(key, to, headerAad(front, aad), random));
    Segments segments = new Segments(key, prefix, aad);
    return new SealingStream(out, segments);
  }

  /** The plain bytes from the first on. */
  public static InputStream open(Source sealed, OpeningKey by, Digest about) throws IOException {
    return open(sealed, by, about, 0);
  }

  /**
   * The plain bytes from this offset on. Each segment is verified before a byte of it is handed
   * out; that the artifact is whole is known once the stream has ended.
   *
   * @throws WeftException here or while reading, if it was sealed for another key or as another
   *     artifact, or is changed, cut short, or shorter than the offset
   */
  public static InputStream open(Source sealed, OpeningKey by, Digest about, long offset)
      throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException("offset: must not be negative, got " + offset);
    }
    byte[] header;
    try (InputStream in = sealed.from(0)) {
      header = in.readNBytes(HEADER_BYTES);
    }
    if (header.length < HEADER_BYTES) {
      throw broken("a sealed artifact is cut short in its beginning; fetch it again");
    }
    if (!Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw broken("this is no sealed artifact; it begins with something else than weftbox1");
    }
    byte[] front = Arrays.copyOf(header, FRONT_BYTES);
    byte[] aad = HexFormat.of().parseHex(about.hex());
    byte[] key =
        HeaderKey.unwrap(
            Arrays.copyOfRange(header, FRONT_BYTES, HEADER_BYTES), by, headerAad(front, aad));
    Segments segments =
        new Segments(key, Arrays.copyOfRange(front, MAGIC.length, FRONT_BYTES), aad);
    // An offset at the end of a segment may be the end of all, which the segment before it proves.
    long first = Math.max(0, offset - 1) / SEGMENT_BYTES;
    if (first >= Segments.MOST) {
      throw endsBefore();
    }
    InputStream in = sealed.from(HEADER_BYTES + first * (SEGMENT_BYTES + Segments.TAG_BYTES));
    OpeningStream plain = new OpeningStream(in, segments, first);
    try {
      plain.skipWithin(Math.toIntExact(offset - first * SEGMENT_BYTES));
      return plain;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static byte[] headerAad(byte[] front, byte[] aad) {
    return ByteBuffer.allocate(front.length + aad.length).put(front).put(aad).array();
  }

  static WeftException endsBefore() {
    return broken(
        "a sealed artifact ends before where it is to be read; fetch it again, and look at the"
            + " offset");
  }

  static WeftException broken(String sentence) {
    return new WeftException(Problem.SEAL_BROKEN, sentence);
  }
}
