package dev.weft.privacy.secagg.session;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The keys that a site's pairwise masks follow from. All come from one root, the secret r, so that
 * its shares alone take the masks of a site off that dropped out.
 */
public final class MaskKeys {
  private static final byte[] NO_SALT = new byte[0];

  private final Suite suite;
  private final Secret root;
  private final Secret agreement;
  private final Optional<Secret> kem;

  private MaskKeys(Suite suite, Secret root, Secret agreement, Optional<Secret> kem) {
    this.suite = suite;
    this.root = root;
    this.agreement = agreement;
    this.kem = kem;
  }

  /**
   * @param root r, which lives as long as these keys
   */
  public static MaskKeys of(Suite suite, Secret root) {
    return new MaskKeys(
        suite,
        root,
        suite.derive(root.bytes(), NO_SALT, utf8("secagg/v1/s_sk")),
        suite.kem().map(kem -> kemSeed(suite, root, "secagg/v1/s_kem")));
  }

  /** The seed of a pair of KEM keys: two derived secrets. */
  static Secret kemSeed(Suite suite, Secret root, String label) {
    ByteBuffer seed = ByteBuffer.allocate(Kem.SEED_BYTES);
    for (String half : new String[] {"/d", "/z"}) {
      Secret part = suite.derive(root.bytes(), NO_SALT, utf8(label + half));
      seed.put(part.bytes());
      part.erase();
    }
    return Secret.owning(seed.array());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** s, as it is advertised. */
  public Bytes publicKey() {
    return suite.publicKey(agreement);
  }

  /** In hybrid suites; else empty. */
  public Bytes kemKey() {
    return suite.kem().map(kem -> kem.publicKey(this.kem.orElseThrow())).orElse(Bytes.NONE);
  }

  Secret root() {
    return root;
  }

  Optional<Secret> agree(Bytes other) {
    return suite.agree(agreement, other);
  }

  Secret kemSeed() {
    return kem.orElseThrow();
  }

  /** Erases the root as well. */
  public void erase() {
    root.erase();
    agreement.erase();
    kem.ifPresent(Secret::erase);
  }
}
