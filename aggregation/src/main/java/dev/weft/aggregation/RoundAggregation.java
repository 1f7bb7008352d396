package dev.weft.aggregation;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The server mathematics of one round: updates in, next global state out. The result has the same
 * bits whatever the order of {@link #add}. Not thread-safe.
 */
public final class RoundAggregation {
  private final Method method;
  private final GlobalState reference;
  private final UpdateSum sum;
  private final Seed seed;
  private final UpdateEncoding encoding;
  private final boolean measures;
  private final SortedMap<String, ClientUpdate> each = new TreeMap<>();

  private RoundAggregation(
      Method method,
      GlobalState reference,
      UpdateEncoding encoding,
      Seed seed,
      boolean measureError) {
    this.method = method;
    this.reference = reference;
    this.sum = new UpdateSum(reference.adapter(), encoding);
    this.seed = seed;
    this.encoding = encoding;
    this.measures = measureError && reference.adapter().form().product();
  }

  /**
   * Begins the round after {@code reference}.
   *
   * @param encoding agreed with the clients
   * @param seed reproducible randomness of this round alone
   * @param measureError whether to compare the result with the clients' own changes; keeps every
   *     update until the end, and needs an adapter whose change is a product
   */
  public static RoundAggregation start(
      Method method,
      GlobalState reference,
      UpdateEncoding encoding,
      Seed seed,
      boolean measureError) {
    return new RoundAggregation(method, scheduled(method, reference), encoding, seed, measureError);
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
    if (measures || needsEach()) {
      each.put(update.client(), update);
    }
  }

  private boolean needsEach() {
    return method.aggregator().capability() != Capability.LINEAR;
  }

  /**
   * @throws IllegalStateException if no update was added
   */
  public RoundResult finish() {
    List<ClientUpdate> updates = List.copyOf(each.values());
    List<ClientUpdate> seen = needsEach() ? updates : List.of();
    GlobalState next = method.finish(method.aggregator().decode(reference, sum, seen, seed)).next();
    AggregationMeter.Measurement measured =
        measures
            ? new AggregationMeter(reference, encoding, sum, updates).measure(next)
            : AggregationMeter.Measurement.NONE;
    return new RoundResult(
        next, measured.error(), measured.fixedPointBound(), sum.clients(), sum.examples());
  }
}
