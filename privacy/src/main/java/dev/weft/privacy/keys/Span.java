package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** When a certificate is valid, in whole seconds. */
record Span(Instant from, Instant until) {

  /**
   * Not longer than its issuer's.
   *
   * @throws WeftException if that has ended
   */
  Span within(X509Certificate issuer) {
    Instant end = Certificates.until(issuer);
    if (!end.isAfter(from)) {
      throw new WeftException(
          Problem.CERTIFICATE_REFUSED,
          Text.format(
              "the certificate of the authority ended at %s; found a new authority with weft init",
              end));
    }
    return new Span(from, until.isBefore(end) ? until : end);
  }
}
