package dev.weft.core.method;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.random.Seed;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.OptionalInt;

/**
 * The last of the three steps from updates to a round's result. Clients {@linkplain
 * UpdateEncoding#encode encode}, integers are {@linkplain UpdateSum summed}, and an aggregator
 * decodes. The first two are the same for all methods.
 */
public interface Aggregator {

  /** What it must see of the updates. */
  Capability capability();

  /**
   * Called before a round begins and again with what it brought.
   *
   * @throws dev.weft.core.error.WeftException if so few updates cannot be decoded
   */
  default void requireClients(int clients) {}

  /**
   * How many of a round's clients may send anything without leading its result astray; empty where
   * every client is believed.
   */
  default OptionalInt faultyBorne(int clients) {
    return OptionalInt.empty();
  }

  /**
   * Pure; the result does not depend on the order of arrival.
   *
   * @param reference the state that the clients started from, with the parts trained in this round
   * @param sum of all updates of the round; holds one at least
   * @param each the updates one by one, read again from where they are stored; none if {@link
   *     #capability} is LINEAR
   * @param seed reproducible randomness of this round
   */
  Aggregate decode(GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed);
}
