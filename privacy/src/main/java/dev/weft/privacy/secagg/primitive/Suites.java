package dev.weft.privacy.secagg.primitive;

import dev.weft.privacy.keys.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The suites there are. */
public final class Suites {
  /** X25519, HKDF-SHA-256, ChaCha20-Poly1305; masks of AES-256-CTR. */
  public static final Suite FS1 = new Classical("FS1", AesMasks::new, Optional.empty());

  /** The same with masks of ChaCha20, for processors without instructions for AES. */
  public static final Suite FS1_CHACHA20 =
      new Classical("FS1-CHACHA20", ChaChaMasks::new, Optional.empty());

  /** {@link #FS1} with ML-KEM-768 beside X25519 in every agreement. */
  public static final Suite FS1_PQ =
      new Classical("FS1-PQ", AesMasks::new, Optional.of(new MlKem768()));

  private Suites() {}

  public static List<Suite> all() {
    return List.of(FS1, FS1_CHACHA20, FS1_PQ);
  }

  private record Classical(String name, Supplier<MaskGenerator> generators, Optional<Kem> kem)
      implements Suite {
    @Override
    public Bytes publicKey(Secret own) {
      return X25519Agreement.publicKey(own);
    }

    @Override
    public Optional<Secret> agree(Secret own, Bytes other) {
      return X25519Agreement.agree(own, other);
    }

    @Override
    public Secret derive(byte[] material, byte[] salt, byte[] info) {
      return Secret.owning(Hkdf.derive(material, salt, info, KEY_BYTES));
    }

    @Override
    public byte[] seal(Secret key, byte[] about, byte[] text) {
      return ShareBox.seal(key, about, text);
    }

    @Override
    public Optional<byte[]> open(Secret key, byte[] about, byte[] sealed) {
      return ShareBox.open(key, about, sealed);
    }

    @Override
    public MaskGenerator masks() {
      return generators.get();
    }
  }
}
