package dev.weft.coordinator;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where a round stands; immutable. */
sealed interface RoundPhase {

  /** Clients that still have something to do. */
  SortedSet<String> active();

  /** The cohort was asked; some have answered. */
  record Offering(SortedSet<String> undecided, SortedSet<String> accepted, Tally tally)
      implements RoundPhase {
    public Offering {
      undecided = copy(undecided);
      accepted = copy(accepted);
    }

    @Override
    public SortedSet<String> active() {
      SortedSet<String> active = new TreeSet<>(undecided);
      active.addAll(accepted);
      return active;
    }
  }

  /** Clients train; updates are added to the sum as they arrive. */
  record Training(SortedSet<String> training, Tally tally) implements RoundPhase {
    public Training {
      training = copy(training);
    }

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

  /** The clients but one. */
  static SortedSet<String> without(Set<String> clients, String client) {
    SortedSet<String> others = new TreeSet<>(clients);
    others.remove(client);
    return others;
  }

  private static SortedSet<String> copy(SortedSet<String> clients) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(clients));
  }
}
