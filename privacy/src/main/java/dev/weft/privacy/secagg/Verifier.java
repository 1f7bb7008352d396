package dev.weft.privacy.secagg;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.VerifyingKey;

/** Verifies the signatures of one node. */
public interface Verifier {
  /** Of the key. */
  int KEY_BYTES = 32;

  /** Of a signature. */
  int SIGNATURE_BYTES = 64;

  /** The key, as rosters show it. */
  Bytes key();

  boolean verifies(byte[] message, Bytes signature);

  static Verifier of(VerifyingKey key) {
    return new Verifier() {
      @Override
      public Bytes key() {
        return key.encoded();
      }

      @Override
      public boolean verifies(byte[] message, Bytes signature) {
        return key.verifies(message, signature);
      }
    };
  }
}
