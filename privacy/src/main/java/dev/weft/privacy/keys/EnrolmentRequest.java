package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/**
 * A site asks to join, over the network or as a file.
 *
 * @param federation the federation and, next, the authority that it means: a request is worth
 *     nothing elsewhere
 * @param invitation names the invitation
 * @param certificate asks for the site's keys
 * @param proof over all of it, by the key that the token's secret stands for
 */
public record EnrolmentRequest(
    FederationId federation,
    Fingerprint authority,
    VerifyingKey invitation,
    CertificateRequest certificate,
    Bytes proof) {
  private static final String CONTEXT = "weft/v1/enrolment-request";
  static final String PEM_TYPE = "WEFT ENROLMENT REQUEST";

  /** Asks with this token for these keys, whose private halves stay here. */
  public static EnrolmentRequest of(Token token, CertificateKey tls, SigningKey signing) {
    SigningKey key = token.key();
    CertificateRequest certificate = CertificateRequest.of(tls, signing);
    FieldWriter proven =
        proven(token.federation(), token.authority(), key.verifyingKey(), certificate);
    return new EnrolmentRequest(
        token.federation(),
        token.authority(),
        key.verifyingKey(),
        certificate,
        key.sign(proven.toArray()));
  }

  /**
   * Admits the site that asks, once. A coordinator stores what comes out before it answers.
   *
   * @param kept the invitation that the request names
   * @param coordinator what the authority says of the coordinator
   * @throws WeftException that says what the request does not prove
   */
  public Admission admit(Invitation kept, Authority authority, SignedStatement coordinator) {
    Federation own = authority.federation();
    if (!federation.equals(own.id()) || !this.authority.equals(own.fingerprint())) {
      throw refused(
          Text.format("is for federation %s and this is %s; send it there", federation, own.id()));
    }
    byte[] proven = proven(federation, this.authority, invitation, certificate).toArray();
    if (!invitation.equals(kept.key()) || !kept.key().verifies(proven, proof)) {
      throw refused("does not prove the token; make it again from the token as it was printed");
    }
    Invitation used = kept.spentOn(this, authority.now());
    Issued issued = authority.issueSite(certificate, kept.site());
    return new Admission(
        used,
        issued.certificate().getSerialNumber(),
        EnrolmentAnswer.of(this, issued, coordinator, authority));
  }

  private static WeftException refused(String why) {
    return new WeftException(Problem.ENROLMENT_REFUSED, "the request to join " + why);
  }

  private static FieldWriter proven(
      FederationId federation,
      Fingerprint authority,
      VerifyingKey invitation,
      CertificateRequest certificate) {
    return certificate.write(
        new FieldWriter(CONTEXT)
            .text(federation.value())
            .bytes(authority.bytes())
            .bytes(invitation.encoded()));
  }

  /** Of all its bytes. */
  public Digest digest() {
    return Digest.of(encode());
  }

  public byte[] encode() {
    return proven(federation, authority, invitation, certificate).bytes(proof).toArray();
  }

  /**
   * @throws WeftException if the bytes are no request; nothing is proved before {@link #admit}
   */
  public static EnrolmentRequest decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.ENROLMENT_REFUSED,
        "the request to join",
        fields ->
            new EnrolmentRequest(
                new FederationId(fields.text(NodeId.MOST)),
                Fingerprint.ofBytes(fields.bytes(Fingerprint.BYTES)),
                VerifyingKey.of(fields.bytes(VerifyingKey.BYTES)),
                CertificateRequest.read(fields),
                Bytes.of(fields.bytes(CertificateRequest.SIGNATURE_BYTES))));
  }

  /** For a file that is carried to the coordinator; it holds no secret. */
  public String toPem() {
    return PemBlock.of(PEM_TYPE, encode()).write();
  }

  /**
   * @param what names the text in the sentence
   */
  public static EnrolmentRequest ofPem(String pem, String what) {
    return decode(PemBlock.only(PEM_TYPE, pem, what).toArray());
  }
}
