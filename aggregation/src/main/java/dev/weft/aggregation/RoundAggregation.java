package dev.weft.aggregation;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The server mathematics of one round: updates in, next global state out. The result has the same
 * bits whatever the order of {@link #add}. Not thread-safe.
 *
 * <p>No update is held in memory: it is added to the sum, and where that does not say enough, its
 * parts are read again from where it is stored.
 */
public final class RoundAggregation {
  private final Method method;
  private final GlobalState reference;
  private final UpdateSum sum;
  private final Seed seed;
  private final UpdateEncoding encoding;
  private final boolean measures;
  private final List<StoredUpdate> stored = new ArrayList<>();

  private RoundAggregation(
      Method method,
      GlobalState reference,
      UpdateEncoding encoding,
      Seed seed,
      boolean measureError,
      Scratch scratch) {
    this.method = method;
    this.reference = reference;
    this.sum = new UpdateSum(reference.adapter(), encoding, scratch);
    this.seed = seed;
    this.encoding = encoding;
    this.measures = unmeasured(measureError, reference.adapter().form()).isEmpty();
  }

  /**
   * Begins the round after {@code reference}.
   *
   * @param encoding agreed with the clients
   * @param seed reproducible randomness of this round alone
   * @param measureError whether to compare the result with the clients' own changes, where it can
   *     be done ({@link #unmeasured})
   * @param scratch where sums and the mean lie
   */
  public static RoundAggregation start(
      Method method,
      GlobalState reference,
      UpdateEncoding encoding,
      Seed seed,
      boolean measureError,
      Scratch scratch) {
    return new RoundAggregation(
        method, scheduled(method, reference), encoding, seed, measureError, scratch);
  }

  /**
   * Why the error of rounds with this adapter is not measured; empty if it is.
   *
   * @param measureError whether it is asked for
   */
  public static Optional<String> unmeasured(boolean measureError, AdapterForm form) {
    if (!measureError) {
      return Optional.of("method.measure-error is false");
    }
    return form.product()
        ? Optional.empty()
        : Optional.of("the adapter changes weights by more than a product of its factors");
  }

  /** The reference with the parts that the method trains in this round. */
  private static GlobalState scheduled(Method method, GlobalState reference) {
    Adapter adapter = reference.adapter();
    AdapterForm form = method.schedule().form(adapter.form(), reference.round() + 1);
    return new GlobalState(
        reference.round(),
        new Adapter(form, adapter.target(), adapter.tensors()),
        reference.origins(),
        reference.sideDeltas(),
        reference.serverState());
  }

  /**
   * Whether updates are read again after {@link #add}: what is stored of them then stays until the
   * round is over.
   */
  public boolean readsAgain() {
    return needsEach() || (measures && !IdealChange.isInSum(reference.adapter().form()));
  }

  private boolean needsEach() {
    return method.aggregator().capability() != Capability.LINEAR;
  }

  /**
   * Adds one client's update; its integers stay readable if {@link #readsAgain}.
   *
   * @throws WeftException if it does not fit the reference or its client was added before; the
   *     round is unchanged then
   */
  public void add(ClientUpdate update) {
    sum.add(update);
    if (readsAgain()) {
      stored.add(sum.stored(update));
    }
  }

  /**
   * @throws IllegalStateException if no update was added
   * @throws WeftException if an update cannot be read again
   */
  public RoundResult finish() {
    StoredUpdates updates = new StoredUpdates(stored);
    StoredUpdates seen = needsEach() ? updates : StoredUpdates.NONE;
    GlobalState next = method.finish(method.aggregator().decode(reference, sum, seen, seed)).next();
    AggregationMeter.Measurement measured =
        measures
            ? new AggregationMeter(reference, ideal(updates)).measure(next)
            : AggregationMeter.Measurement.NONE;
    return new RoundResult(
        next, measured.error(), measured.fixedPointBound(), sum.clients(), sum.examples());
  }

  private IdealChange ideal(StoredUpdates updates) {
    return IdealChange.isInSum(reference.adapter().form())
        ? new IdealOfSum(reference.adapter(), encoding, sum)
        : new IdealOfUpdates(encoding, updates);
  }
}
