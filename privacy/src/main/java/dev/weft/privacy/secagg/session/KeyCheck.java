package dev.weft.privacy.secagg.session;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;

/** Whether what a site advertised are keys. */
public final class KeyCheck {
  private static final Bytes ZERO = Bytes.of(new byte[Suite.KEY_BYTES]);

  private KeyCheck() {}

  /** Without any arithmetic: the keys of a hybrid suite are whole, and no key is zero. */
  public static boolean areWellFormed(Suite suite, Advertisement keys) {
    if (keys.shareKey().equals(ZERO) || keys.maskKey().equals(ZERO)) {
      return false;
    }
    if (suite.kem().isEmpty()) {
      return keys.kemKeys().equals(Bytes.NONE);
    }
    Kem kem = suite.kem().get();
    int length = kem.publicKeyBytes();
    Bytes both = keys.kemKeys();
    return both.size() == 2 * length
        && kem.isPublicKey(both.range(0, length))
        && kem.isPublicKey(both.range(length, 2 * length));
  }

  /**
   * Also that others can agree on something with them: a site whose key gives all zeros with any
   * would make each of its neighbours leave.
   */
  public static boolean canBeAgreedWith(Suite suite, Advertisement keys) {
    byte[] any = new byte[Suite.KEY_BYTES];
    any[0] = 8;
    Secret probe = Secret.owning(any);
    return areWellFormed(suite, keys)
        && suite.agree(probe, keys.shareKey()).isPresent()
        && suite.agree(probe, keys.maskKey()).isPresent();
  }
}
