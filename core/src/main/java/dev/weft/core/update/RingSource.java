package dev.weft.core.update;

import dev.weft.core.error.WeftException;

/** The integers of an update, wherever they are kept, read in parts any number of times. */
public interface RingSource {

  /** Of each integer. */
  int bits();

  /** How many there are. */
  int size();

  /**
   * Some of them.
   *
   * @param from position of the first
   * @throws WeftException if they cannot be read any more
   */
  RingVector range(int from, int size);
}
