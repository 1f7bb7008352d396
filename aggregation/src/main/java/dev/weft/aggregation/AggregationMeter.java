package dev.weft.aggregation;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * Measures how exact a round was, from the clients' updates and the committed state alone: it does
 * not know which aggregator or method stands between them.
 *
 * <p>The ideal is {@code ΔW* = Σ p_k s B_k C_k A_k} over all layers (C the core, if any), with p_k
 * the shares of examples and each client at its own rank. The global change is that of the new
 * adapter plus the side deltas that the round appended. Everything stays in factored form.
 */
final class AggregationMeter {
  private final GlobalState reference;
  private final UpdateEncoding encoding;
  private final UpdateSum sum;
  private final List<ClientUpdate> updates;

  /**
   * @param reference the state that clients started from
   * @param updates all that are in the sum, ordered by client
   */
  AggregationMeter(
      GlobalState reference, UpdateEncoding encoding, UpdateSum sum, List<ClientUpdate> updates) {
    this.reference = reference;
    this.encoding = encoding;
    this.sum = sum;
    this.updates = updates;
  }

  /**
   * What was measured, both relative to {@code ‖ΔW*‖_F} and 0 where ΔW* is 0.
   *
   * @param error {@code ‖ΔW_global − ΔW*‖_F}
   * @param fixedPointBound upper bound of {@code ‖ΔW* − ΔW°‖_F}, where ΔW° comes from the updates
   *     before they were rounded to fixed point
   */
  record Measurement(double error, double fixedPointBound) {
    static final Measurement NONE = new Measurement(Double.NaN, Double.NaN);
  }

  Measurement measure(GlobalState next) {
    List<FactorSum> ideal = ideal();
    double size = norm(ideal);
    return size == 0
        ? new Measurement(0, 0)
        : new Measurement(norm(missed(ideal, next)) / size, fixedPointBound() / size);
  }

  private List<FactorSum> missed(List<FactorSum> ideal, GlobalState next) {
    List<SideDelta> appended =
        next.sideDeltas().subList(reference.sideDeltas().size(), next.sideDeltas().size());
    List<FactorSum> missed = new ArrayList<>();
    for (int i = 0; i < ideal.size(); i++) {
      FactorSum difference = new FactorSum();
      addChange(difference, 1, next.adapter(), reference.adapter().target().layers().get(i));
      for (SideDelta delta : appended) {
        LowRank layer = delta.layers().get(i);
        difference.add(1, Matrices.of(layer.left()), layer.right());
      }
      difference.add(-1, ideal.get(i));
      missed.add(difference);
    }
    return missed;
  }

  /**
   * Rounding moves an entry of a client of n examples by less than u = 2^-f / n, so a trained
   * factor X with n entries is off by E with {@code ‖E‖_F ≤ e = u √n}; a frozen one has e = 0.
   * Multiplying out a product of factors X_i − E_i and taking away the product of the X_i leaves
   * terms with at least one E_i. With {@code ‖XY‖_F ≤ ‖X‖_F ‖Y‖_2} and {@code ‖X‖_2 ≤ x =
   * ‖XᵀX‖_F^½} they sum to at most {@code Π(x_i + e_i) − Π x_i}. That is the bound of one layer of
   * one client; clients add with p_k s, layers in squares.
   */
  private double fixedPointBound() {
    double[] byLayer = new double[reference.adapter().target().layers().size()];
    forEachClient(
        (update, share, adapter) -> {
          double moved = encoding.bound(update.examples());
          for (int i = 0; i < byLayer.length; i++) {
            AdapterTarget.Layer layer = adapter.target().layers().get(i);
            byLayer[i] += share * adapter.form().scale() * productBound(adapter, layer, moved);
          }
        });
    double squares = 0;
    for (double bound : byLayer) {
      squares += bound * bound;
    }
    return Math.sqrt(squares);
  }

  private static double productBound(
      Adapter adapter, AdapterTarget.Layer layer, double entryBound) {
    double with = 1;
    double without = 1;
    for (Part part : adapter.form().factors()) {
      Tensor factor = adapter.tensor(part, layer);
      double size = factor.shape().size() == 1 ? diagonalBound(factor) : spectralBound(factor);
      boolean trained = adapter.form().trained().contains(part);
      double moved = trained ? entryBound * Math.sqrt(factor.size()) : 0;
      with *= size + moved;
      without *= size;
    }
    return with - without;
  }

  /** The same of a diagonal matrix. */
  private static double diagonalBound(Tensor diagonal) {
    double sum = 0;
    for (int i = 0; i < diagonal.size(); i++) {
      sum += Math.pow(diagonal.at(i), 4);
    }
    return Math.sqrt(Math.sqrt(sum));
  }

  private static double spectralBound(Tensor matrix) {
    DMatrixRMaj factor = Matrices.of(matrix);
    DMatrixRMaj gram;
    if (factor.numRows < factor.numCols) {
      gram = Matrices.productTransposed(factor, factor);
    } else {
      gram = new DMatrixRMaj(factor.numCols, factor.numCols);
      CommonOps_DDRM.multInner(factor, gram);
    }
    return Math.sqrt(NormOps_DDRM.normF(gram));
  }

  private List<FactorSum> ideal() {
    List<AdapterTarget.Layer> layers = reference.adapter().target().layers();
    List<FactorSum> sums = new ArrayList<>();
    layers.forEach(layer -> sums.add(new FactorSum()));
    forEachClient(
        (update, share, adapter) -> {
          for (int i = 0; i < layers.size(); i++) {
            addChange(sums.get(i), share, adapter, layers.get(i));
          }
        });
    return sums;
  }

  private interface ClientVisitor {
    void visit(ClientUpdate update, double share, Adapter adapter);
  }

  private void forEachClient(ClientVisitor visitor) {
    double examples = sum.examples();
    updates.forEach(
        update -> visitor.visit(update, update.examples() / examples, sum.adapter(update)));
  }

  /** Adds {@code share · s} times the product of one layer. */
  private static void addChange(
      FactorSum sum, double share, Adapter adapter, AdapterTarget.Layer layer) {
    DMatrixRMaj left =
        new DMatrixRMaj(layer.out(), adapter.form().rank(), true, adapter.left(layer));
    sum.add(share * adapter.form().scale(), left, adapter.a(layer));
  }

  private static double norm(List<FactorSum> layers) {
    double squares = 0;
    for (FactorSum layer : layers) {
      double norm = layer.norm();
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }
}
