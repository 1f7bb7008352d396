package dev.weft.core.update;

import dev.weft.core.error.WeftException;

/** The integers of an update that are kept somewhere and read in parts, any number of times. */
@FunctionalInterface
public interface RingSource {

  /**
   * Some of them.
   *
   * @param from position of the first
   * @throws WeftException if they cannot be read any more
   */
  RingVector range(int from, int size);
}
