package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * What a site that was admitted gets. All of it is signed by the authority whose fingerprint the
 * site knows from its token, so it does not matter who carried it.
 *
 * @param authority certificate
 * @param signed by it: the digest of the request, the federation, what was issued, and what the
 *     authority says of the coordinator
 */
public record EnrolmentAnswer(X509Certificate authority, SignedStatement signed) {
  private static final String CONTEXT = "weft/v1/enrolment-answer";
  private static final String PEM_TYPE = "WEFT ENROLMENT ANSWER";
  private static final int MOST_FEDERATION_BYTES = 1 << 16;
  private static final String WHAT = "the answer to the request to join";

  private record Content(
      Digest request, Federation federation, Issued issued, SignedStatement coordinator) {}

  static EnrolmentAnswer of(
      EnrolmentRequest request, Issued issued, SignedStatement coordinator, Authority authority) {
    Federation federation = authority.federation();
    FieldWriter content =
        new FieldWriter(CONTEXT).text(request.digest().hex()).bytes(federation.encode());
    coordinator.write(issued.write(content));
    return new EnrolmentAnswer(federation.authorities().get(0), authority.sign(content));
  }

  /**
   * The site's credentials.
   *
   * @param token with which it asked
   * @param request as it was sent
   * @param tls the key whose certificate it asked for
   * @param signing the key with which it will sign
   * @throws WeftException if the answer is not by the authority that the token names, or not to
   *     this request, or not what the site asked for
   */
  public Credentials accept(
      Token token, EnrolmentRequest request, CertificateKey tls, SigningKey signing, Instant now) {
    Fingerprint shown = Federation.fingerprint(authority);
    if (!shown.equals(token.authority())) {
      throw refused(
          Text.format(
              "comes from an authority with the fingerprint %s, and the token names %s; someone"
                  + " may be in between, so do not join before the operator confirms one of them",
              shown, token.authority()));
    }
    Content content = content();
    if (!content.federation.fingerprint().equals(shown)
        || !content.federation.id().equals(token.federation())) {
      throw refused("is for another federation than the token; ask for the right answer");
    }
    if (!content.request.equals(request.digest())) {
      throw refused("is to another request; ask for the answer to the last one that was made");
    }
    Credentials credentials =
        Credentials.of(content.federation, tls, signing, content.issued, content.coordinator);
    if (!credentials.enrolment().name().equals(token.site())) {
      throw refused(
          Text.format(
              "names this site %s and the token %s; ask the operator for a new token",
              credentials.enrolment().name(), token.site()));
    }
    content.federation.identify(content.issued.certificate(), now);
    Enrolment.of(content.coordinator, content.federation, now);
    return credentials;
  }

  private Content content() {
    return signed.open(
        authority,
        CONTEXT,
        WHAT,
        fields ->
            new Content(
                new Digest(fields.text(2 * Fingerprint.BYTES)),
                Federation.decode(
                    fields.bytes(MOST_FEDERATION_BYTES), Problem.ENROLMENT_REFUSED, WHAT),
                Issued.read(fields),
                SignedStatement.read(fields)));
  }

  private static WeftException refused(String why) {
    return new WeftException(Problem.ENROLMENT_REFUSED, WHAT + " " + why);
  }

  public byte[] encode() {
    return signed.write(new FieldWriter(CONTEXT).bytes(Certificates.der(authority))).toArray();
  }

  /**
   * @throws WeftException if the bytes are no answer; nothing is proved before {@link #accept}
   */
  public static EnrolmentAnswer decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.ENROLMENT_REFUSED,
        WHAT,
        fields ->
            new EnrolmentAnswer(
                Certificates.of(fields.bytes(Certificates.MOST_BYTES)),
                SignedStatement.read(fields)));
  }

  /** For a file that is carried to the site; it holds no secret. */
  public String toPem() {
    return PemBlock.of(PEM_TYPE, encode()).write();
  }

  /**
   * @param what names the text in the sentence
   */
  public static EnrolmentAnswer ofPem(String pem, String what) {
    return decode(PemBlock.only(PEM_TYPE, pem, what).toArray());
  }
}
