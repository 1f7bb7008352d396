package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sum of a round's encoded updates: entry by entry, and of the weights by rank. It is the same
 * whatever the order of {@link #add}, and all that a server of masked updates would know.
 *
 * <p>Clients of smaller rank hold leading blocks, so an entry's mean is over the clients that own
 * it; an entry without an owner in the cohort does not move.
 */
public final class UpdateSum {
  private final UpdateLayout layout;
  private final UpdateEncoding encoding;
  private final long[] entries;
  private final long[] examplesByRank;
  private final int[] clientsByRank;
  private final Set<String> clients = new HashSet<>();

  /**
   * @param reference the adapter that clients start from, at full rank
   */
  public UpdateSum(Adapter reference, UpdateEncoding encoding) {
    this.layout = UpdateLayout.of(reference);
    this.encoding = encoding;
    this.entries = new long[layout.size()];
    this.examplesByRank = new long[layout.rank() + 1];
    this.clientsByRank = new int[layout.rank() + 1];
  }

  /**
   * Adds one client's update.
   *
   * @throws WeftException if it is not encoded as agreed or does not fit the reference, or its
   *     client was added before; the sum is unchanged then
   */
  public void add(ClientUpdate update) {
    layout.check(update);
    refuseUnlessAsAgreed(update);
    if (clients.contains(update.client())) {
      throw refused("is the second one in the same round");
    }
    if (clients.size() == encoding.clients()) {
      throw refused(Text.format("is one more than the %d that were agreed", encoding.clients()));
    }
    clients.add(update.client());
    int next = 0;
    for (int position = 0; position < entries.length; position++) {
      if (layout.level(position) < update.rank()) {
        entries[position] += update.values().at(next++);
      }
    }
    examplesByRank[update.rank()] += update.examples();
    clientsByRank[update.rank()]++;
  }

  private void refuseUnlessAsAgreed(ClientUpdate update) {
    if (update.values().bits() != encoding.bits()) {
      throw refused(
          Text.format(
              "has integers of %d bits where %d were agreed",
              update.values().bits(), encoding.bits()));
    }
    long examples = update.examples();
    encoding.requireWeight(examples);
    for (int i = 0; i < update.entries(); i++) {
      if (!encoding.reaches(update.values().at(i), examples)) {
        throw refused(
            Text.format("has a value beyond ±%d (update.range)", encoding.grid().range()));
      }
    }
  }

  private static WeftException refused(String why) {
    return new WeftException(Problem.MALFORMED_UPDATE, "update: " + why);
  }

  /** Number of updates in the sum. */
  public int clients() {
    return clients.size();
  }

  /** Of the updates in the sum, those of clients of this rank. */
  public int clients(int rank) {
    return clientsByRank[rank];
  }

  /** N; training examples behind the sum. */
  public long examples() {
    return examples(0);
  }

  /** Examples of the clients that own the entries of a level. */
  private long examples(int level) {
    long examples = 0;
    for (int rank = level + 1; rank < examplesByRank.length; rank++) {
      examples += examplesByRank[rank];
    }
    return examples;
  }

  /**
   * The reference moved by the weighted mean of the updates, {@code Σ n_k x_k / Σ n_k} with the
   * sums over an entry's owners, rounded to float32 once.
   *
   * @throws IllegalStateException if there are none
   */
  public Adapter mean() {
    if (clients.isEmpty()) {
      throw new IllegalStateException("a round without updates has no mean");
    }
    long[] owners = owners();
    return layout.adapter(
        (position, before) -> {
          long examples = owners[layout.level(position)];
          return before + (examples == 0 ? 0 : encoding.mean(entries[position], examples));
        });
  }

  /**
   * {@code Σ p_k x_k} of what the clients trained, an entry that a client does not own counting as
   * zero; what is frozen is as in the reference. The trained entries are the sum of those of two
   * adapters: the second holds what the float32 of the first lacks.
   */
  public List<Adapter> weightedSum() {
    long[] owners = owners();
    long examples = examples();
    UpdateLayout.Entries exact =
        (position, before) ->
            (double) owners[layout.level(position)] / examples * before
                + encoding.mean(entries[position], examples);
    return List.of(
        layout.adapter(exact),
        layout.adapter(
            (position, before) -> {
              double whole = exact.at(position, before);
              return whole - (float) whole;
            }));
  }

  /** Examples of the clients that own the entries of each level. */
  private long[] owners() {
    long[] owners = new long[layout.rank()];
    for (int level = 0; level < owners.length; level++) {
      owners[level] = examples(level);
    }
    return owners;
  }

  /** The reference moved by {@code difference[i]} in its i-th trained entry. */
  public Adapter moved(double[] difference) {
    return layout.adapter(difference);
  }

  /**
   * One of the updates, for reading it again.
   *
   * @param source of its integers
   */
  public StoredUpdate stored(ClientUpdate update, RingSource source) {
    return new StoredUpdate(layout, encoding, update, source);
  }
}
