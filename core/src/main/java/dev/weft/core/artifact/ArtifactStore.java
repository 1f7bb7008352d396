package dev.weft.core.artifact;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Bytes under the SHA-256 of their content; safe for use by several threads. What was put is
 * durable when {@link #put} returns, and never changes. Nothing here holds an artifact in memory as
 * a whole, so that one may be as long as the disk has room.
 */
public interface ArtifactStore {

  /** Makes something of an artifact's bytes. */
  @FunctionalInterface
  interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  /**
   * Stores what {@code content} writes; storing it again has no effect.
   *
   * @throws WeftException if it cannot be made durable; nothing is visible then
   */
  Artifact put(Content content);

  /**
   * Takes an artifact that comes in pieces. A store that outlives its process goes on with what an
   * earlier one had of it.
   *
   * @param way on which it comes; the same artifact may come on several at once
   * @throws WeftException if it cannot be kept
   */
  Incoming receive(Artifact artifact, int way);

  /** Length of the artifact in bytes; empty if it is not here. */
  OptionalLong bytes(Digest digest);

  /**
   * The artifact's bytes from an offset on, as they are stored; {@link #read} checks them.
   *
   * @throws WeftException if the artifact is missing or shorter
   */
  InputStream open(Digest digest, long from);

  /** Takes the artifact away, if it is here. */
  void delete(Digest digest);

  /** Takes everything away but these. */
  void keepOnly(Set<Digest> digests);

  /**
   * Reads a whole artifact and sees to it that its bytes are those that were stored.
   *
   * @throws WeftException if the artifact is missing, cannot be read, or has other bytes; whatever
   *     {@code reader} throws passes if the bytes are right
   */
  default <T> T read(Digest digest, Reader<T> reader) {
    MessageDigest taken = Digest.sha256();
    try (InputStream in = new DigestInputStream(open(digest, 0), taken)) {
      T result;
      try {
        result = reader.read(in);
      } catch (IOException | RuntimeException e) {
        requireGenuine(digest, in, taken);
        throw e;
      }
      requireGenuine(digest, in, taken);
      return result;
    } catch (IOException e) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format("artifact %s: cannot be read: %s", digest, e.getMessage()),
          e);
    }
  }

  private static void requireGenuine(Digest digest, InputStream rest, MessageDigest taken)
      throws IOException {
    rest.transferTo(OutputStream.nullOutputStream());
    if (!Digest.of(taken).equals(digest)) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format("artifact %s: its bytes are not those that were stored", digest));
    }
  }
}
