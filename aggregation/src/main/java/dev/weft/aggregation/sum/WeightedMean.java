package dev.weft.aggregation.sum;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighted mean of the trained tensors, {@code x_ref + Σ n_k q_k / (N · 2^f)} with n_k examples and
 * fixed-point differences q_k. The sums are exact integers and decoded once, so the result has the
 * same bits whatever the order of arrival.
 *
 * <p>Clients of smaller rank hold leading blocks; N counts the examples of the clients that own an
 * entry, and an entry without an owner in the cohort keeps its reference value.
 *
 * <p>Overflow cannot happen: {@code add} holds N to {@link FixedPoint#MOST_WEIGHT}.
 */
public final class WeightedMean implements Aggregator {
  @Override
  public Capability capability() {
    return Capability.LINEAR;
  }

  @Override
  public Sum start(GlobalState reference, FixedPoint codec, Seed seed) {
    return new Sum(reference, codec, seed);
  }

  /** The integer sums of one round so far. */
  static final class Sum implements Accumulator {
    private final GlobalState reference;
    private final FixedPoint codec;
    private final Seed seed;
    private final TrainedEntries entries;
    private final long[] sums;
    private final long[] examplesByLevel;
    private final Set<String> clients = new HashSet<>();

    private Sum(GlobalState reference, FixedPoint codec, Seed seed) {
      this.reference = reference;
      this.codec = codec;
      this.seed = seed;
      entries = TrainedEntries.of(reference.adapter());
      sums = new long[entries.size()];
      examplesByLevel = new long[entries.rank()];
    }

    @Override
    public void add(ClientUpdate update) {
      entries.check(update);
      if (update.examples() > FixedPoint.MOST_WEIGHT - examples()) {
        throw new WeftException(
            Problem.MALFORMED_UPDATE,
            Text.format(
                "%s: %d examples exceed what a round can weigh (%d in all); update refused",
                update.client(), update.examples(), FixedPoint.MOST_WEIGHT));
      }
      if (!clients.add(update.client())) {
        throw new WeftException(
            Problem.MALFORMED_UPDATE,
            Text.format("%s: a second update in the same round; update refused", update.client()));
      }
      int next = 0;
      for (int position = 0; position < sums.length; position++) {
        if (entries.level(position) < update.rank()) {
          sums[position] += update.examples() * update.values().at(next++);
        }
      }
      for (int level = 0; level < update.rank(); level++) {
        examplesByLevel[level] += update.examples();
      }
    }

    /** N; every client owns the entries of level 0. */
    long examples() {
      return examplesByLevel[0];
    }

    @Override
    public Aggregate finish() {
      if (clients.isEmpty()) {
        throw new IllegalStateException("a round without updates has no mean");
      }
      double[] difference = new double[sums.length];
      for (int position = 0; position < sums.length; position++) {
        long owners = examplesByLevel[entries.level(position)];
        difference[position] = owners == 0 ? 0 : codec.decode(sums[position]) / owners;
      }
      Adapter mean = entries.adapter(difference);
      return new Aggregate(reference, List.of(), mean, next(mean), seed);
    }

    private GlobalState next(Adapter mean) {
      Map<Part, Origin> origins = new EnumMap<>(reference.origins());
      for (Part part : mean.form().trained()) {
        if (!mean.part(part).isEmpty()) {
          origins.put(part, new Origin.Fetched());
        }
      }
      return new GlobalState(
          reference.round() + 1, mean, origins, reference.sideDeltas(), reference.serverState());
    }
  }
}
