package dev.weft.core.artifact;

import dev.weft.core.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Some bytes, by reference.
 *
 * @param digest of exactly these bytes, as {@code sha256sum} prints it
 * @param bytes how many they are
 */
public record Artifact(Digest digest, long bytes) {

  public Artifact {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: must not be negative, got " + bytes);
    }
  }

  /** What {@code content} writes, without keeping it. */
  public static Artifact of(Content content) {
    try (AddressStream address = new AddressStream(OutputStream.nullOutputStream())) {
      content.writeTo(address);
      return address.artifact();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing can go wrong where nothing is written", e);
    }
  }
}
