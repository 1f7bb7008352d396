package dev.weft.protocol;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/**
 * One piece of the state that a client must hold before it trains.
 *
 * @param role where the piece belongs
 * @param digest over the decoded tensors ({@link dev.weft.core.tensor.TensorMap#digest}), so that a
 *     derived piece and a fetched one are checked alike
 * @param origin how the piece can be had; only {@link Origin.Fetched} costs bytes
 * @param bytes length of the encoded piece
 */
public record ArtifactRef(Role role, Digest digest, Origin origin, long bytes) {

  /** Where a piece belongs. */
  public sealed interface Role {

    /** A part of the adapter, at the client's rank. */
    record AdapterPart(Part part) implements Role {
      @Override
      public String toString() {
        return "part " + part;
      }
    }

    /** An entry of the side-delta log. */
    record LogEntry(int number) implements Role {
      @Override
      public String toString() {
        return "side delta " + number;
      }
    }
  }

  public ArtifactRef {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: must be at least 1, got " + bytes);
    }
  }
}
