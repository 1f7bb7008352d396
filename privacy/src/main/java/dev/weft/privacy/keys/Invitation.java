package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator keeps of a token: enough to recognise who has it, and not enough to join.
 *
 * @param key the public half of the key that the token's secret stands for; it names the invitation
 * @param site the name under which the site joins
 * @param usedBy the digest of the request that used it up; the same request may come again
 */
public record Invitation(
    VerifyingKey key, DisplayName site, Instant expiry, Optional<Digest> usedBy) {

  /** An invitation and the token for it, which exists only here. */
  public record Made(Invitation invitation, Token token) {}

  /**
   * Invites a site.
   *
   * @param addresses where it finds the coordinator
   * @param life how long from now on the token is good
   */
  public static Made make(
      Federation federation,
      DisplayName site,
      List<Address> addresses,
      Instant now,
      Duration life,
      SecureRandom random) {
    byte[] secret = new byte[Token.SECRET_BYTES];
    random.nextBytes(secret);
    Instant expiry = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
    Token token =
        new Token(
            addresses, federation.id(), federation.fingerprint(), site, Bytes.of(secret), expiry);
    return new Made(
        new Invitation(token.key().verifyingKey(), site, expiry, Optional.empty()), token);
  }

  /**
   * This invitation after this request.
   *
   * @throws WeftException if it has expired, or another request has used it
   */
  Invitation spentOn(EnrolmentRequest request, Instant now) {
    if (now.isAfter(expiry)) {
      throw over("expired at " + expiry);
    }
    if (usedBy.isPresent() && !usedBy.get().equals(request.digest())) {
      throw over("was used before, with other keys");
    }
    return new Invitation(key, site, expiry, Optional.of(request.digest()));
  }

  private WeftException over(String why) {
    return new WeftException(
        Problem.INVITATION_OVER,
        Text.format("the invitation of %s %s; make a new one with weft invite", site, why));
  }
}
