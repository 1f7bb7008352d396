package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The public half of an {@link OpeningKey}: X25519. With it anyone seals, and nobody opens.
 *
 * @param encoded 32 bytes
 */
public record SealingKey(Bytes encoded) {
  static final int BYTES = X25519PublicKeyParameters.KEY_SIZE;

  public SealingKey {
    if (encoded.size() != BYTES) {
      throw new IllegalArgumentException("sealing key: 32 bytes needed, got " + encoded.size());
    }
  }

  /**
   * @param what names the text in the sentence
   * @throws WeftException if the text is no SubjectPublicKeyInfo of such a key
   */
  public static SealingKey ofPem(String pem, String what) {
    Bytes info = PemBlock.only(PemBlock.PUBLIC_KEY, pem, what);
    try {
      if (PublicKeyFactory.createKey(info.toArray()) instanceof X25519PublicKeyParameters key) {
        return new SealingKey(Bytes.of(key.getEncoded()));
      }
    } catch (IOException | RuntimeException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE, what + ": is a damaged public key; restore it", e);
    }
    throw new WeftException(
        Problem.BAD_KEY_FILE, what + ": is a key of another kind; give an X25519 public key");
  }

  public String toPem() {
    return PemBlock.of(PemBlock.PUBLIC_KEY, subjectPublicKeyInfo()).write();
  }

  /** Over the SubjectPublicKeyInfo. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(subjectPublicKeyInfo());
  }

  X25519PublicKeyParameters parameters() {
    return new X25519PublicKeyParameters(encoded.toArray());
  }

  private byte[] subjectPublicKeyInfo() {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(parameters()).getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException("a key in memory cannot fail", e);
    }
  }

  @Override
  public String toString() {
    return fingerprint().toString();
  }
}
