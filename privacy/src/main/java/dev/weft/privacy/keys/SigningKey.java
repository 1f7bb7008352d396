package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

/** A node's private key for messages: Ed25519 (RFC 8032). It prints as its public half. */
public final class SigningKey {
  private final Ed25519PrivateKeyParameters key;
  private final VerifyingKey verifying;

  private SigningKey(Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.verifying = VerifyingKey.of(key.generatePublicKey().getEncoded());
  }

  public static SigningKey generate(SecureRandom random) {
    return new SigningKey(new Ed25519PrivateKeyParameters(random));
  }

  /** The key that these 32 secret bytes stand for (RFC 8032 5.1.5). */
  static SigningKey ofSeed(byte[] seed) {
    return new SigningKey(new Ed25519PrivateKeyParameters(seed));
  }

  /**
   * @param what names the text in the sentence
   * @throws WeftException if the text is no PKCS#8 form of such a key; it never quotes the text
   */
  public static SigningKey ofPem(String pem, String what) {
    return ofPkcs8(PemBlock.only(PemBlock.PRIVATE_KEY, pem, what), what);
  }

  static SigningKey ofPkcs8(Bytes info, String what) {
    try {
      if (PrivateKeyFactory.createKey(info.toArray()) instanceof Ed25519PrivateKeyParameters key) {
        return new SigningKey(key);
      }
    } catch (IOException | RuntimeException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE, what + ": is a damaged private key; restore it from a backup");
    }
    throw new WeftException(
        Problem.BAD_KEY_FILE, what + ": is a key of another kind; give an Ed25519 private key");
  }

  /** PKCS#8, in clear: for a file that only its owner reads. */
  public String toPem() {
    return PemBlock.of(PemBlock.PRIVATE_KEY, toPkcs8()).write();
  }

  byte[] toPkcs8() {
    try {
      return PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException("a key in memory cannot fail", e);
    }
  }

  /** 64 bytes over exactly this message. */
  public Bytes sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return Bytes.of(signer.generateSignature());
  }

  public VerifyingKey verifyingKey() {
    return verifying;
  }

  @Override
  public String toString() {
    return "signing key of " + verifying;
  }
}
