package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A node asks for a certificate of its two public keys; the private ones stay with it. Each key
 * vouches for the other: the PKCS#10 request is signed by the TLS key and has the Ed25519 key's
 * digest as its subject, and the Ed25519 key signs the PKCS#10 request. So nobody gets another's
 * key certified as his own.
 *
 * @param pkcs10 DER
 * @param signing the node's Ed25519 key
 * @param signature by that key
 */
public record CertificateRequest(Bytes pkcs10, VerifyingKey signing, Bytes signature) {
  private static final String CONTEXT = "weft/v1/certificate-request";
  private static final int MOST_PKCS10_BYTES = 4096;
  static final int SIGNATURE_BYTES = 64;

  /** Asks for the public halves of these keys. */
  public static CertificateRequest of(CertificateKey tls, SigningKey signing) {
    Bytes pkcs10 = Bytes.of(pkcs10(subject(signing.verifyingKey()), tls));
    return new CertificateRequest(
        pkcs10, signing.verifyingKey(), signing.sign(signed(pkcs10, signing.verifyingKey())));
  }

  static byte[] pkcs10(X500Name subject, CertificateKey key) {
    try {
      ContentSigner signer =
          new JcaContentSignerBuilder(CertificateKey.SIGNATURE).build(key.privateKey());
      return new JcaPKCS10CertificationRequestBuilder(subject, key.publicKey())
          .build(signer)
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java platform has ECDSA", e);
    } catch (IOException e) {
      throw new UncheckedIOException("a request in memory cannot fail", e);
    }
  }

  /**
   * The TLS key that is asked for, once all proofs hold.
   *
   * @throws WeftException that says which does not
   */
  PublicKey proven() {
    if (!signing.verifies(signed(pkcs10, signing), signature)) {
      throw refused("is not signed by its own Ed25519 key");
    }
    try {
      return certified();
    } catch (WeftException e) {
      throw e;
    } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
      // what others sent is read bit by bit, and Bouncy Castle throws whatever it stumbles over
      throw refused("has a damaged PKCS#10 request, or one whose key is not on the curve P-256");
    }
  }

  private PublicKey certified() throws IOException, PKCSException, OperatorCreationException {
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(pkcs10.toArray());
    if (!Bytes.of(request.toASN1Structure().getEncoded(ASN1Encoding.DER)).equals(pkcs10)) {
      throw refused("has a PKCS#10 request that is no DER");
    }
    if (!request.getSubject().equals(subject(signing))) {
      throw refused("was made for another Ed25519 key");
    }
    PublicKey key = CertificateKey.publicKey(request.getSubjectPublicKeyInfo());
    if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
      throw refused("is not signed by its own TLS key");
    }
    return key;
  }

  private static WeftException refused(String why) {
    return new WeftException(
        Problem.ENROLMENT_REFUSED,
        "the certificate request " + why + "; make a new one with weft join");
  }

  private static X500Name subject(VerifyingKey signing) {
    return new X500Name("CN=" + signing.fingerprint().digest().hex());
  }

  private static byte[] signed(Bytes pkcs10, VerifyingKey signing) {
    return new FieldWriter(CONTEXT).bytes(pkcs10).bytes(signing.encoded()).toArray();
  }

  public byte[] encode() {
    return write(new FieldWriter(CONTEXT)).toArray();
  }

  /**
   * @throws WeftException if the bytes are no request
   */
  public static CertificateRequest decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.ENROLMENT_REFUSED,
        "the certificate request",
        CertificateRequest::read);
  }

  FieldWriter write(FieldWriter fields) {
    return fields.bytes(pkcs10).bytes(signing.encoded()).bytes(signature);
  }

  static CertificateRequest read(FieldReader fields) {
    return new CertificateRequest(
        Bytes.of(fields.bytes(MOST_PKCS10_BYTES)),
        VerifyingKey.of(fields.bytes(VerifyingKey.BYTES)),
        Bytes.of(fields.bytes(SIGNATURE_BYTES)));
  }
}
