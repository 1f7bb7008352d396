package dev.weft.coordinator;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import org.pcollections.TreePSet;

/**
 * Where a round stands; immutable. Sets of clients are persistent: one with or without a client
 * shares all but a path with the one before, so that a message costs the same whatever the cohort.
 */
sealed interface RoundPhase {

  /** Clients that still have something to do. */
  SortedSet<String> active();

  /** The cohort was asked; some have answered. */
  record Offering(TreePSet<String> undecided, TreePSet<String> accepted, Tally tally)
      implements RoundPhase {

    boolean isActive(String client) {
      return undecided.contains(client) || accepted.contains(client);
    }

    /** Number of the active clients. */
    int size() {
      return undecided.size() + accepted.size();
    }

    @Override
    public SortedSet<String> active() {
      return undecided.plusAll(accepted);
    }
  }

  /** Clients train; updates are added to the sum as they arrive. */
  record Training(TreePSet<String> training, Tally tally) implements RoundPhase {
    @Override
    public SortedSet<String> active() {
      return training;
    }
  }

  /** Every update is in the sum; what remains is the way to the next global state. */
  record Aggregating(SortedMap<String, Delivery> delivered) implements RoundPhase {
    @Override
    public SortedSet<String> active() {
      return Collections.emptySortedSet();
    }
  }

  /** The round is over; what remains is to tell late clients so. */
  record Closed() implements RoundPhase {
    @Override
    public SortedSet<String> active() {
      return Collections.emptySortedSet();
    }
  }
}
