package dev.weft.privacy.keys;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * A site that has asked to join, or is about to. It is kept until the answer is here, so that the
 * same request can be made again: whoever answers it takes another for an intruder's.
 *
 * @param token with which it asks
 * @param tls and, next, signing: the keys that it asks for
 * @param request as it is sent
 */
public record PendingEnrolment(
    Token token, CertificateKey tls, SigningKey signing, EnrolmentRequest request) {

  /** With new keys. */
  public static PendingEnrolment of(Token token, SecureRandom random) {
    CertificateKey tls = CertificateKey.generate(random);
    SigningKey signing = SigningKey.generate(random);
    return new PendingEnrolment(token, tls, signing, EnrolmentRequest.of(token, tls, signing));
  }

  /**
   * The site's credentials.
   *
   * @throws dev.weft.core.error.WeftException as {@link EnrolmentAnswer#accept}
   */
  public Credentials accept(EnrolmentAnswer answer, Instant now) {
    return answer.accept(token, request, tls, signing, now);
  }

  @Override
  public String toString() {
    return "pending " + token;
  }
}
