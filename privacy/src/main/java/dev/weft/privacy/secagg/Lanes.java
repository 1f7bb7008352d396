package dev.weft.privacy.secagg;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Does pieces of work that do not depend on each other. Secure aggregation has no threads of its
 * own; whoever has some lends them. The results are the same.
 */
@FunctionalInterface
public interface Lanes {
  /** One after the other, here. */
  Lanes ONE = (pieces, work) -> IntStream.range(0, pieces).forEach(work);

  /**
   * Returns once all are done.
   *
   * @param work takes numbers from 0 to {@code pieces} − 1, in any order, on any thread
   */
  void each(int pieces, IntConsumer work);
}
