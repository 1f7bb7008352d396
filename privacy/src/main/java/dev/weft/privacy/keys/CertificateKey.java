package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * A private key that a certificate speaks of: P-256, which every TLS library has. It prints as the
 * fingerprint of its public half.
 */
public final class CertificateKey {
  static final String SIGNATURE = "SHA256withECDSA";

  private final KeyPair pair;

  private CertificateKey(KeyPair pair) {
    this.pair = pair;
  }

  public static CertificateKey generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return new CertificateKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /**
   * @param what names the bytes in the sentence
   * @throws WeftException if they are no PKCS#8 form of such a key; it never quotes them
   */
  static CertificateKey ofPkcs8(Bytes info, String what) {
    try {
      if (PrivateKeyFactory.createKey(info.toArray()) instanceof ECPrivateKeyParameters key) {
        var point = key.getParameters().getG().multiply(key.getD()).normalize();
        var publicKey = new ECPublicKeyParameters(point, key.getParameters());
        KeyFactory keys = KeyFactory.getInstance("EC");
        return new CertificateKey(
            new KeyPair(
                publicKey(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey)),
                keys.generatePrivate(new PKCS8EncodedKeySpec(info.toArray()))));
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new WeftException( // without the cause, which might quote the key
          Problem.BAD_KEY_FILE, what + ": is a damaged private key; restore it from a backup");
    }
    throw new WeftException(
        Problem.BAD_KEY_FILE, what + ": is a key of another kind; give a P-256 private key");
  }

  /**
   * @throws IllegalArgumentException if the key is not on P-256
   */
  static PublicKey publicKey(SubjectPublicKeyInfo info) {
    if (!SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters())) {
      throw new IllegalArgumentException("its public key is not on the curve P-256");
    }
    try {
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("its public key is damaged", e);
    }
  }

  /** Over the SubjectPublicKeyInfo. */
  static Digest digest(PublicKey key) {
    return Digest.of(key.getEncoded());
  }

  /** PKCS#8, in clear: for a file that only its owner reads. */
  byte[] toPkcs8() {
    return pair.getPrivate().getEncoded();
  }

  PrivateKey privateKey() {
    return pair.getPrivate();
  }

  public PublicKey publicKey() {
    return pair.getPublic();
  }

  /** ECDSA with SHA-256 over exactly this message. */
  Bytes sign(byte[] message, SecureRandom random) {
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initSign(pair.getPrivate(), random);
      signature.update(message);
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has ECDSA", e);
    }
  }

  static boolean verifies(PublicKey key, byte[] message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance(SIGNATURE);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "certificate key of " + Fingerprint.of(pair.getPublic().getEncoded());
  }
}
