package dev.weft.aggregation.method;

/** What a method does with clients of different ranks. */
public enum MixedRanks {
  /** The method's formula has no place for them. */
  REFUSED("refused"),
  /** Smaller clients hold leading blocks; an entry is averaged over the clients that own it. */
  OWNERS_MEAN("leading blocks, mean over owners"),
  /** The method's own formula covers them. */
  NATIVE("native");

  private final String label;

  MixedRanks(String label) {
    this.label = label;
  }

  /** As tables print it. */
  public String label() {
    return label;
  }
}
