package dev.weft.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 content address, printed as 64 hexadecimal digits. */
public record Digest(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "digest: 64 lower-case hexadecimal digits needed, got \"" + hex + "\"");
    }
  }

  /** The digest of exactly these bytes, as {@code sha256sum} prints it. */
  public static Digest of(byte[] bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes);
    return of(digest);
  }

  /** The digest of what {@code taken} took so far; it starts anew afterwards. */
  public static Digest of(MessageDigest taken) {
    return new Digest(HexFormat.of().formatHex(taken.digest()));
  }

  /** The digest of all that a stream still holds, as {@code sha256sum} prints it. */
  public static Digest of(InputStream bytes) throws IOException {
    MessageDigest digest = sha256();
    bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return of(digest);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** First twelve digits, for people. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }

  /** Takes bytes for a digest. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds up content; every element is framed by its length, so that no two sequences collide. */
  public static final class Builder {
    private final MessageDigest digest = sha256();

    private Builder() {}

    public Builder add(byte[] bytes) {
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.length));
      digest.update(bytes);
      return this;
    }

    /** What remains in the buffer, which is left as it was. */
    public Builder add(ByteBuffer bytes) {
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.remaining()));
      digest.update(bytes.duplicate());
      return this;
    }

    /** The text in UTF-8. */
    public Builder add(String text) {
      return add(text.getBytes(StandardCharsets.UTF_8));
    }

    public Builder add(Digest other) {
      return add(other.hex);
    }

    /** The digest of all that was added; the builder is spent afterwards. */
    public Digest build() {
      return of(digest);
    }
  }
}
