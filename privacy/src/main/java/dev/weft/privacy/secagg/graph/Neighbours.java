package dev.weft.privacy.secagg.graph;

import dev.weft.core.Text;

/** With how many others each site shares its masks and secrets. */
public sealed interface Neighbours {
  /** With all up to {@value Plan#MOST_FULL} sites, beyond that with as few as is safe. */
  record Automatic() implements Neighbours {}

  /** With all. */
  record Full() implements Neighbours {}

  /**
   * With so many, or with all where there are no more: the choice of who knows that these suffice.
   *
   * @param number even, at least 2
   */
  record Exactly(int number) implements Neighbours {
    public Exactly {
      if (number < 2 || number % 2 != 0) {
        throw new IllegalArgumentException(
            Text.format("neighbours: must be an even number from 2 on, got %d", number));
      }
    }
  }
}
