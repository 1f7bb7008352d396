package dev.weft.protocol;

import java.util.OptionalInt;

/**
 * A range of versions of the protocol.
 *
 * @param oldest the first that is spoken
 * @param newest the last, included
 */
public record ProtocolVersions(int oldest, int newest) {

  /** What this software speaks. */
  public static final ProtocolVersions OWN = new ProtocolVersions(1, 1);

  public ProtocolVersions {
    if (oldest < 1 || oldest > newest) {
      throw new IllegalArgumentException(
          "versions: from at least 1 to no less than that, got " + oldest + " to " + newest);
    }
  }

  /** The newest that both speak; empty if there is none. */
  public OptionalInt common(ProtocolVersions other) {
    int common = Math.min(newest, other.newest);
    return common < Math.max(oldest, other.oldest) ? OptionalInt.empty() : OptionalInt.of(common);
  }

  @Override
  public String toString() {
    return oldest == newest ? Integer.toString(oldest) : oldest + " to " + newest;
  }
}
