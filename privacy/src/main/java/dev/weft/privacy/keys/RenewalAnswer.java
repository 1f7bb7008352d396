package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.Instant;

/**
 * A site's next certificate.
 *
 * @param issued to the site
 * @param coordinator what the authority says of the coordinator by now
 */
public record RenewalAnswer(Issued issued, SignedStatement coordinator) {
  private static final String CONTEXT = "weft/v1/renewal-answer";
  private static final String WHAT = "the answer to the request to renew a certificate";

  /**
   * The site's next credentials.
   *
   * @param own those before
   * @param tls the key for which it asked
   * @throws WeftException if the answer is not by the federation's authority, or not what the site
   *     asked for
   */
  public Credentials accept(Credentials own, CertificateKey tls, Instant now) {
    own.federation().identify(issued.certificate(), now);
    Credentials renewed = own.renewed(tls, issued).trusting(coordinator, now);
    if (!renewed.enrolment().name().equals(own.enrolment().name())) {
      throw new WeftException(
          Problem.ENROLMENT_REFUSED,
          Text.format(
              "%s is for site %s and this is %s; ask the coordinator's operator what is wrong",
              WHAT, renewed.enrolment().name(), own.enrolment().name()));
    }
    return renewed;
  }

  public byte[] encode() {
    return coordinator.write(issued.write(new FieldWriter(CONTEXT))).toArray();
  }

  /**
   * @throws WeftException if the bytes are no answer; nothing is proved before {@link #accept}
   */
  public static RenewalAnswer decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.ENROLMENT_REFUSED,
        WHAT,
        fields -> new RenewalAnswer(Issued.read(fields), SignedStatement.read(fields)));
  }
}
