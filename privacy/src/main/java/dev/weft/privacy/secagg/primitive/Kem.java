package dev.weft.privacy.secagg.primitive;

import dev.weft.privacy.keys.Bytes;

/** A key encapsulation in which everything follows from seeds. */
public interface Kem {
  /** Of the seed of a key pair: d ‖ z of FIPS 203. */
  int SEED_BYTES = 64;

  int publicKeyBytes();

  int ciphertextBytes();

  Bytes publicKey(Secret seed);

  /** Whether these bytes are a public key. */
  boolean isPublicKey(Bytes key);

  /**
   * @param key that {@link #isPublicKey} has found right
   * @param coins {@link Suite#KEY_BYTES} secret bytes, for this encapsulation alone
   */
  Encapsulated encapsulate(Bytes key, Secret coins);

  /** The secret in any bytes of the length of a ciphertext: another one if they were changed. */
  Secret decapsulate(Secret seed, Bytes ciphertext);

  /** A secret, and what its other owner finds it with. */
  record Encapsulated(Bytes ciphertext, Secret secret) {}
}
