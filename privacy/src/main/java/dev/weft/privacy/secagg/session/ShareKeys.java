package dev.weft.privacy.secagg.session;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import java.util.Optional;

/**
 * The keys that shares are encrypted to. They have nothing to do with the root of the masks:
 * whoever finds that of a site that dropped out opens nothing that was sent to it.
 */
public final class ShareKeys {
  private final Suite suite;
  private final Secret agreement;
  private final Optional<Secret> kem;

  private ShareKeys(Suite suite, Secret agreement, Optional<Secret> kem) {
    this.suite = suite;
    this.agreement = agreement;
    this.kem = kem;
  }

  /**
   * @param secret c, which lives as long as these keys
   */
  public static ShareKeys of(Suite suite, Secret secret) {
    return new ShareKeys(
        suite, secret, suite.kem().map(kem -> MaskKeys.kemSeed(suite, secret, "secagg/v1/c_kem")));
  }

  /** c, as it is advertised. */
  public Bytes publicKey() {
    return suite.publicKey(agreement);
  }

  /** In hybrid suites; else empty. */
  public Bytes kemKey() {
    return suite.kem().map(kem -> kem.publicKey(this.kem.orElseThrow())).orElse(Bytes.NONE);
  }

  /** What this site shares with the owner of another key, if that is one. */
  public Optional<Secret> agree(Bytes other) {
    return suite.agree(agreement, other);
  }

  Secret kemSeed() {
    return kem.orElseThrow();
  }

  public void erase() {
    agreement.erase();
    kem.ifPresent(Secret::erase);
  }
}
