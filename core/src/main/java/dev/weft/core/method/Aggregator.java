package dev.weft.core.method;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;

/** Turns the updates of a round into an {@link Aggregate}; the result ignores arrival order. */
public interface Aggregator {

  /** What it must see of the updates. */
  Capability capability();

  /** A fresh accumulator for one round. */
  Accumulator start(GlobalState reference, FixedPoint codec, Seed seed);

  /** The sum of one round so far. */
  interface Accumulator {

    /**
     * Takes in one client's update.
     *
     * @throws dev.weft.core.error.WeftException if the update does not fit the reference; nothing
     *     is added then
     */
    void add(ClientUpdate update);

    /**
     * The round's result; the accumulator is spent afterwards.
     *
     * @throws IllegalStateException if no update was added
     */
    Aggregate finish();
  }
}
