package dev.weft.privacy.keys;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** X.509 certificates as the platform holds them. */
final class Certificates {
  /** No certificate of ours comes near. */
  static final int MOST_BYTES = 8192;

  private static final int SIGNS_CERTIFICATES = 5;

  private Certificates() {}

  /**
   * @throws IllegalArgumentException if the bytes are no certificate
   */
  static X509Certificate of(byte[] der) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (der(certificate).length != der.length) {
        throw new IllegalArgumentException("bytes follow a certificate");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate is damaged", e);
    }
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  static boolean signedBy(X509Certificate certificate, PublicKey issuer) {
    try {
      certificate.verify(issuer);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether a certificate allows its owner to sign others. */
  static boolean isAuthority(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && usage != null && usage[SIGNS_CERTIFICATES];
  }

  static Instant from(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant();
  }

  static Instant until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }
}
