package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

/**
 * The key of whoever aggregates: with it alone sealed artifacts are opened. X25519; it prints as
 * its public half.
 */
public final class OpeningKey {
  private final X25519PrivateKeyParameters key;
  private final SealingKey sealing;

  private OpeningKey(X25519PrivateKeyParameters key) {
    this.key = key;
    this.sealing = new SealingKey(Bytes.of(key.generatePublicKey().getEncoded()));
  }

  public static OpeningKey generate(SecureRandom random) {
    return new OpeningKey(new X25519PrivateKeyParameters(random));
  }

  static OpeningKey of(byte[] secret) {
    return new OpeningKey(new X25519PrivateKeyParameters(secret));
  }

  /**
   * @param what names the text in the sentence
   * @throws WeftException if the text is no PKCS#8 form of such a key; it never quotes the text
   */
  public static OpeningKey ofPem(String pem, String what) {
    Bytes info = PemBlock.only(PemBlock.PRIVATE_KEY, pem, what);
    try {
      if (PrivateKeyFactory.createKey(info.toArray()) instanceof X25519PrivateKeyParameters key) {
        return new OpeningKey(key);
      }
    } catch (IOException | RuntimeException e) {
      throw new WeftException( // without the cause, which might quote the key
          Problem.BAD_KEY_FILE, what + ": is a damaged private key; restore it from a backup");
    }
    throw new WeftException(
        Problem.BAD_KEY_FILE, what + ": is a key of another kind; give an X25519 private key");
  }

  /** PKCS#8, in clear: for a file that only its owner reads. */
  public String toPem() {
    try {
      byte[] info = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
      return PemBlock.of(PemBlock.PRIVATE_KEY, info).write();
    } catch (IOException e) {
      throw new UncheckedIOException("a key in memory cannot fail", e);
    }
  }

  public SealingKey sealingKey() {
    return sealing;
  }

  AsymmetricCipherKeyPair pair() {
    return new AsymmetricCipherKeyPair(sealing.parameters(), key);
  }

  @Override
  public String toString() {
    return "opening key of " + sealing;
  }
}
