package dev.weft.privacy.secagg.primitive;

import dev.weft.privacy.keys.Bytes;
import java.util.Optional;

/**
 * The primitives of one session (privacy.md 1.2). Nothing is negotiated: the name stands in the
 * terms that every signature covers.
 */
public interface Suite {
  /** Of private and public keys of the agreement, of seeds and of derived secrets. */
  int KEY_BYTES = 32;

  /** What sealing adds. */
  int TAG_BYTES = 16;

  /** As the terms of a session say it. */
  String name();

  /** The public half of a private key of {@link #KEY_BYTES}. */
  Bytes publicKey(Secret own);

  /** What the owners of two keys share; empty if the other key gives all zeros with any. */
  Optional<Secret> agree(Secret own, Bytes other);

  /** A secret of {@link #KEY_BYTES}: HKDF-SHA-256 (RFC 5869) of some material. */
  Secret derive(byte[] material, byte[] salt, byte[] info);

  /**
   * @param key for this one text
   * @return the text and its tag
   */
  byte[] seal(Secret key, byte[] about, byte[] text);

  /** The text, unless this is not exactly what was sealed with this key about this. */
  Optional<byte[]> open(Secret key, byte[] about, byte[] sealed);

  /** A new generator, for one thread. */
  MaskGenerator masks();

  /** In hybrid suites, the agreement that holds against a quantum computer as well. */
  Optional<Kem> kem();
}
