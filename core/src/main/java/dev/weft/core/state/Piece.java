package dev.weft.core.state;

import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.artifact.Artifact;

/**
 * One piece of a global state, by reference.
 *
 * @param role where the piece belongs
 * @param origin how it can be had; only {@link Origin.Fetched} costs bytes on the way
 * @param artifact its bytes, whether they travel or are derived
 */
public record Piece(Role role, Origin origin, Artifact artifact) {

  /** Where a piece belongs. */
  public sealed interface Role {

    /** A part of the adapter, at the rank of whoever needs it. */
    record AdapterPart(Part part) implements Role {
      @Override
      public String toString() {
        return "part " + part;
      }
    }

    /** An entry of the side-delta log. */
    record LogEntry(int number) implements Role {
      public LogEntry {
        if (number < 0) {
          throw new IllegalArgumentException("number: must not be negative, got " + number);
        }
      }

      @Override
      public String toString() {
        return "side delta " + number;
      }
    }
  }
}
