package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Scratch;
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
  private final Scratch scratch;
  private final Sums sums;
  private final long[] examplesByRank;
  private final int[] clientsByRank;
  private final Set<String> clients = new HashSet<>();

  /**
   * @param reference the adapter that clients start from, at full rank
   * @param scratch where sums and means lie
   */
  public UpdateSum(Adapter reference, UpdateEncoding encoding, Scratch scratch) {
    this.layout = UpdateLayout.of(reference);
    this.encoding = encoding;
    this.scratch = scratch;
    this.sums = new Sums(layout.size(), scratch);
    this.examplesByRank = new long[layout.rank() + 1];
    this.clientsByRank = new int[layout.rank() + 1];
  }

  /**
   * Adds one client's update, which is read once, in parts.
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
    Entries entries = new Entries(update);
    try {
      layout.visit((position, level) -> entries.addTo(position, level));
    } catch (WeftException e) {
      takeBack(update, entries.taken());
      throw e;
    }
    clients.add(update.client());
    examplesByRank[update.rank()] += update.examples();
    clientsByRank[update.rank()]++;
  }

  /** What was added of an update before one of its entries was found to be wrong. */
  private void takeBack(ClientUpdate update, int number) {
    RingReader values = new RingReader(update.values(), number);
    layout.visit(
        (position, level) -> {
          if (level < update.rank() && values.hasNext()) {
            sums.add(position, -values.next());
          }
        });
  }

  /** The entries of one update on their way into the sum. */
  private final class Entries {
    private final int rank;
    private final long examples;
    private final RingReader values;
    private int taken;

    Entries(ClientUpdate update) {
      this.rank = update.rank();
      this.examples = update.examples();
      this.values = new RingReader(update.values(), update.entries());
    }

    void addTo(int position, int level) {
      if (level < rank) {
        long value = values.next();
        if (!encoding.reaches(value, examples)) {
          throw refused(
              Text.format("has a value beyond ±%d (update.range)", encoding.grid().range()));
        }
        sums.add(position, value);
        taken++;
      }
    }

    /** How many are in the sum. */
    int taken() {
      return taken;
    }
  }

  private void refuseUnlessAsAgreed(ClientUpdate update) {
    if (update.values().bits() != encoding.bits()) {
      throw refused(
          Text.format(
              "has integers of %d bits where %d were agreed",
              update.values().bits(), encoding.bits()));
    }
    encoding.requireWeight(update.examples());
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
        (position, level, before) -> {
          long examples = owners[level];
          return before + (examples == 0 ? 0 : encoding.mean(sums.at(position), examples));
        },
        scratch);
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
        (position, level, before) ->
            (double) owners[level] / examples * before + encoding.mean(sums.at(position), examples);
    return List.of(
        layout.adapter(exact, scratch),
        layout.adapter(
            (position, level, before) -> {
              double whole = exact.at(position, level, before);
              return whole - (float) whole;
            },
            scratch));
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

  /** One of the updates, for reading it again. */
  public StoredUpdate stored(ClientUpdate update) {
    return new StoredUpdate(layout, encoding, update);
  }
}
