package dev.weft.aggregation;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.SideDelta;
import java.util.List;

/**
 * Measures how exact a round was, from what the clients sent and the committed state alone: it does
 * not know which aggregator or method stands between them.
 *
 * <p>The ideal is the clients' weighted mean change ({@link IdealChange}). The global change is
 * that of the new adapter plus the side deltas that the round appended. Layers are measured one
 * after the other, so memory is that of one of them, at most its dense matrix in double precision.
 */
final class AggregationMeter {
  private final GlobalState reference;
  private final IdealChange ideal;

  /**
   * @param reference the state that clients started from
   */
  AggregationMeter(GlobalState reference, IdealChange ideal) {
    this.reference = reference;
    this.ideal = ideal;
  }

  /**
   * What was measured, both relative to {@code ‖ΔW*‖_F} and 0 where ΔW* is 0.
   *
   * @param error {@code ‖ΔW_global − ΔW*‖_F}
   * @param fixedPointBound upper bound of {@code ‖ΔW* − ΔW°‖_F}, where ΔW° comes from the updates
   *     before they were rounded to fixed point; the bounds of layers add in squares
   */
  record Measurement(double error, double fixedPointBound) {
    static final Measurement NONE = new Measurement(Double.NaN, Double.NaN);
  }

  Measurement measure(GlobalState next) {
    List<AdapterTarget.Layer> layers = reference.adapter().target().layers();
    double size = 0;
    double missed = 0;
    double bound = 0;
    for (int i = 0; i < layers.size(); i++) {
      IdealChange.Layer layer = ideal.layer(layers.get(i));
      size += square(layer.sum().norm());
      missed += square(missed(layer.sum(), next, i).norm());
      bound += square(layer.fixedPointBound());
    }
    return size == 0
        ? new Measurement(0, 0)
        : new Measurement(Math.sqrt(missed / size), Math.sqrt(bound / size));
  }

  private FactorSum missed(FactorSum idealChange, GlobalState next, int index) {
    FactorSum difference = new FactorSum();
    IdealChange.add(difference, 1, next.adapter(), next.adapter().target().layers().get(index));
    List<SideDelta> appended =
        next.sideDeltas().subList(reference.sideDeltas().size(), next.sideDeltas().size());
    for (SideDelta delta : appended) {
      LowRank layer = delta.layers().get(index);
      difference.add(1, Matrices.of(layer.left()), layer.right());
    }
    difference.add(-1, idealChange);
    return difference;
  }

  private static double square(double value) {
    return value * value;
  }
}
