package dev.weft.privacy.secagg;

import dev.weft.core.Digest;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldWriter;

/** SHA-256 as the bytes themselves. */
public final class Sha256 {
  public static final int BYTES = 32;

  private Sha256() {}

  public static Bytes of(byte[] message) {
    return Bytes.of(Digest.sha256().digest(message));
  }

  public static Bytes of(FieldWriter fields) {
    return of(fields.toArray());
  }
}
