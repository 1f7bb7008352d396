package dev.weft.privacy.secagg;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.VerifyingKey;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Verifies the signatures of one node. */
public interface Verifier {
  /** Of the key. */
  int KEY_BYTES = 32;

  /** Of a signature. */
  int SIGNATURE_BYTES = 64;

  /** The key, as rosters show it. */
  Bytes key();

  boolean verifies(byte[] message, Bytes signature);

  /** With the point of the key worked out once: a session verifies with each key many times. */
  static Verifier of(VerifyingKey key) {
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(key.encoded().toArray(), 0);
    return new Verifier() {
      @Override
      public Bytes key() {
        return key.encoded();
      }

      @Override
      public boolean verifies(byte[] message, Bytes signature) {
        return signature.size() == SIGNATURE_BYTES
            && Ed25519.verify(signature.toArray(), 0, point, message, 0, message.length);
      }
    };
  }
}
