package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/**
 * A site asks for its next certificate while it has one that is good. It keeps its signing key and
 * has a new TLS key.
 *
 * @param enrolment what the authority says of the site now
 * @param certificate asks for the new key
 */
public record RenewalRequest(SignedStatement enrolment, CertificateRequest certificate) {
  private static final String CONTEXT = "weft/v1/renewal-request";

  /** Asks for this key, whose private half stays here. */
  public static RenewalRequest of(Credentials own, CertificateKey tls) {
    return new RenewalRequest(own.issued().enrolment(), CertificateRequest.of(tls, own.signing()));
  }

  /**
   * Whose request it is, by its signature. Whether that site is revoked the caller asks.
   *
   * @throws WeftException if it is of no site of this federation, or not by its own key
   */
  public RenewalAnswer grant(Authority authority, SignedStatement coordinator) {
    return new RenewalAnswer(authority.renewSite(enrolment, certificate), coordinator);
  }

  public byte[] encode() {
    return certificate.write(enrolment.write(new FieldWriter(CONTEXT))).toArray();
  }

  /**
   * @throws WeftException if the bytes are no request; nothing is proved before {@link #grant}
   */
  public static RenewalRequest decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.ENROLMENT_REFUSED,
        "the request to renew a certificate",
        fields ->
            new RenewalRequest(SignedStatement.read(fields), CertificateRequest.read(fields)));
  }
}
