package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public half of a {@link SigningKey}: Ed25519 (RFC 8032).
 *
 * @param encoded 32 bytes: a point of the prime-order group; others are refused, since there are
 *     keys of small order that verify almost anything
 */
public record VerifyingKey(Bytes encoded) {
  static final int BYTES = Ed25519.PUBLIC_KEY_SIZE;

  public VerifyingKey {
    if (encoded.size() != BYTES || !Ed25519.validatePublicKeyFull(encoded.toArray(), 0)) {
      throw new IllegalArgumentException("verifying key: these bytes are no Ed25519 public key");
    }
  }

  static VerifyingKey of(byte[] encoded) {
    return new VerifyingKey(Bytes.of(encoded));
  }

  /**
   * @param what names the text in the sentence
   * @throws WeftException if the text is no SubjectPublicKeyInfo of such a key
   */
  public static VerifyingKey ofPem(String pem, String what) {
    Bytes info = PemBlock.only(PemBlock.PUBLIC_KEY, pem, what);
    try {
      if (PublicKeyFactory.createKey(info.toArray()) instanceof Ed25519PublicKeyParameters key) {
        return of(key.getEncoded());
      }
    } catch (IOException | RuntimeException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE, what + ": is a damaged public key; restore it", e);
    }
    throw new WeftException(
        Problem.BAD_KEY_FILE, what + ": is a key of another kind; give an Ed25519 public key");
  }

  public String toPem() {
    return PemBlock.of(PemBlock.PUBLIC_KEY, subjectPublicKeyInfo()).write();
  }

  /** Whether the owner of this key signed exactly this message. */
  public boolean verifies(byte[] message, Bytes signature) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(false, parameters());
    signer.update(message, 0, message.length);
    return signer.verifySignature(signature.toArray());
  }

  /** Over the SubjectPublicKeyInfo. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(subjectPublicKeyInfo());
  }

  private Ed25519PublicKeyParameters parameters() {
    return new Ed25519PublicKeyParameters(encoded.toArray());
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
