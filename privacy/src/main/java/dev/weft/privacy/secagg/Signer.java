package dev.weft.privacy.secagg;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.SigningKey;

/** Signs in the name of one node. */
public interface Signer {
  /** With what others verify its signatures. */
  Verifier verifier();

  Bytes sign(byte[] message);

  static Signer of(SigningKey key) {
    return new Signer() {
      private final Verifier verifier = Verifier.of(key.verifyingKey());

      @Override
      public Verifier verifier() {
        return verifier;
      }

      @Override
      public Bytes sign(byte[] message) {
        return key.sign(message);
      }
    };
  }
}
