package dev.weft.core.method;

/**
 * A pure step between the sum of updates and the next global state: residual to side delta,
 * refactoring, correction, server optimizer. Whatever it does is post-processing and costs neither
 * privacy nor maskability.
 */
@FunctionalInterface
public interface PostAggregate {

  /** The result after this step. */
  Aggregate apply(Aggregate aggregate);
}
