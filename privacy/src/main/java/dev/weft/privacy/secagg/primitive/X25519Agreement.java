package dev.weft.privacy.secagg.primitive;

import dev.weft.privacy.keys.Bytes;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** X25519 (RFC 7748). */
final class X25519Agreement {
  private X25519Agreement() {}

  static Bytes publicKey(Secret own) {
    byte[] key = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(own.bytes(), 0, key, 0);
    return Bytes.of(key);
  }

  static Optional<Secret> agree(Secret own, Bytes other) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    return X25519.calculateAgreement(own.bytes(), 0, other.toArray(), 0, shared, 0)
        ? Optional.of(Secret.owning(shared))
        : Optional.empty();
  }
}
