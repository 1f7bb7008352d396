package dev.weft.core.update;

import dev.weft.core.artifact.Written;
import java.io.ByteArrayInputStream;

/** Updates as they lie in a store: encoded. */
final class Stored {
  private Stored() {}

  static ClientUpdate update(ClientUpdate update) {
    RingVector values = update.values().range(0, update.values().size());
    byte[] bytes = Written.bytes(UpdateCodec.content(update.rank(), values));
    return new ClientUpdate(
        update.client(),
        update.rank(),
        UpdateCodec.source(
            from -> new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from),
            values.bits(),
            update.entries()));
  }
}
