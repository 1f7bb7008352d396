package dev.weft.core.artifact;

import dev.weft.core.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes bytes on and takes their address. */
final class AddressStream extends FilterOutputStream {
  private final MessageDigest digest = Digest.sha256();
  private long bytes;

  AddressStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    digest.update((byte) value);
    bytes++;
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    out.write(source, from, length);
    digest.update(source, from, length);
    bytes += length;
  }

  /** The address of all that was written; asked for once. */
  Artifact artifact() {
    return new Artifact(Digest.of(digest), bytes);
  }
}
