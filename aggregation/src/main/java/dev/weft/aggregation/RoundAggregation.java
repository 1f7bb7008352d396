package dev.weft.aggregation;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import java.util.Optional;

/**
 * The server mathematics of one round: updates in, next global state out. The result has the same
 * bits whatever the order of {@link #add}. Not thread-safe.
 */
public final class RoundAggregation {
  private final Method method;
  private final Aggregator.Accumulator sum;
  private final Optional<AggregationMeter> meter;
  private int clients;
  private long examples;

  private RoundAggregation(
      Method method, Aggregator.Accumulator sum, Optional<AggregationMeter> meter) {
    this.method = method;
    this.sum = sum;
    this.meter = meter;
  }

  /**
   * Begins the round after {@code reference}.
   *
   * @param seed reproducible randomness of this round alone
   * @param measureError whether to compare the result with the clients' own changes; keeps every
   *     update until the end, and needs an adapter whose change is a product
   */
  public static RoundAggregation start(
      Method method, GlobalState reference, Seed seed, boolean measureError) {
    GlobalState scheduled = scheduled(method, reference);
    return new RoundAggregation(
        method,
        method.aggregator().start(scheduled, method.codec(), seed),
        measureError && scheduled.adapter().form().product()
            ? Optional.of(new AggregationMeter(scheduled, method.codec()))
            : Optional.empty());
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
   * Adds one client's update.
   *
   * @throws WeftException if it does not fit the reference or its client was added before; the
   *     round is unchanged then
   */
  public void add(ClientUpdate update) {
    sum.add(update);
    meter.ifPresent(present -> present.add(update));
    clients++;
    examples += update.examples();
  }

  /**
   * @throws IllegalStateException if no update was added
   */
  public RoundResult finish() {
    GlobalState next = method.finish(sum.finish()).next();
    AggregationMeter.Measurement measured =
        meter.map(present -> present.measure(next)).orElse(AggregationMeter.Measurement.NONE);
    return new RoundResult(next, measured.error(), measured.fixedPointBound(), clients, examples);
  }
}
