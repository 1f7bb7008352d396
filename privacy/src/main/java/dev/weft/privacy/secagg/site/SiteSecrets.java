package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import java.security.SecureRandom;

/**
 * All that a site draws for one session; everything else follows from it.
 *
 * @param shareRoot c
 * @param maskRoot r, which is shared
 * @param ownMask b, which is shared
 * @param coefficients for the polynomials of the shares, and for what hybrid suites draw
 * @param nonce which is no secret
 */
public record SiteSecrets(
    Secret shareRoot, Secret maskRoot, Secret ownMask, Secret coefficients, Bytes nonce) {

  public static SiteSecrets draw(SecureRandom random) {
    return new SiteSecrets(
        secret(random), secret(random), secret(random), secret(random), Bytes.of(drawn(random)));
  }

  private static Secret secret(SecureRandom random) {
    return Secret.owning(drawn(random));
  }

  private static byte[] drawn(SecureRandom random) {
    byte[] drawn = new byte[Suite.KEY_BYTES];
    random.nextBytes(drawn);
    return drawn;
  }

  void erase() {
    shareRoot.erase();
    maskRoot.erase();
    ownMask.erase();
    coefficients.erase();
  }
}
