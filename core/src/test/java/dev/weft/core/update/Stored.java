package dev.weft.core.update;

import dev.weft.core.artifact.Written;
import java.io.ByteArrayInputStream;
import java.util.Arrays;

/** Updates as they lie in a store: encoded. */
final class Stored {
  private Stored() {}

  static RingSource source(ClientUpdate update) {
    byte[] bytes = Written.bytes(UpdateCodec.content(update.rank(), update.values()));
    return UpdateCodec.source(
        from -> new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) from, bytes.length)),
        update.values().bits());
  }
}
