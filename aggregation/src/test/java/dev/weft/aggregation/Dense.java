package dev.weft.aggregation;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.adapter.VeraAdapter;
import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The definitions, with every matrix written out and no library: what the factored code is held
 * against.
 */
public record Dense(int rows, int columns, List<Double> values) {

  public static Dense of(Tensor tensor) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < tensor.size(); i++) {
      values.add((double) tensor.at(i));
    }
    return new Dense(tensor.dimension(0), tensor.dimension(1), values);
  }

  /** A core as a matrix: a vector is the diagonal of one. */
  public static Dense core(Tensor core) {
    return core.shapeArray().length == 1 ? diagonal(core) : of(core);
  }

  private static Dense diagonal(Tensor vector) {
    int size = vector.size();
    List<Double> values = new ArrayList<>(Collections.nCopies(size * size, 0.0));
    for (int i = 0; i < size; i++) {
      values.set(i * size + i, (double) vector.at(i));
    }
    return new Dense(size, size, values);
  }

  public double at(int row, int column) {
    return values.get(row * columns + column);
  }

  public Dense times(Dense right) {
    List<Double> product = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < right.columns; column++) {
        double sum = 0;
        for (int i = 0; i < columns; i++) {
          sum += at(row, i) * right.at(i, column);
        }
        product.add(sum);
      }
    }
    return new Dense(rows, right.columns, product);
  }

  public Dense transposed() {
    List<Double> transposed = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        transposed.add(at(row, column));
      }
    }
    return new Dense(columns, rows, transposed);
  }

  /** {@code this + weight · other}. */
  public Dense plus(double weight, Dense other) {
    List<Double> sum = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      sum.add(values.get(i) + weight * other.values.get(i));
    }
    return new Dense(rows, columns, sum);
  }

  public Dense scaled(double weight) {
    return new Dense(rows, columns, values.stream().map(value -> weight * value).toList());
  }

  /** Frobenius norm. */
  public double norm() {
    return Math.sqrt(values.stream().mapToDouble(value -> value * value).sum());
  }

  /** {@code s · B · C · A} per layer, and VeRA's b times its rows. */
  public static List<Dense> change(Adapter adapter) {
    List<Dense> changes = new ArrayList<>();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      Dense left = of(adapter.b(layer));
      if (adapter.form().chain().core() != ChainAdapter.Core.NONE) {
        left = left.times(core(adapter.core(layer)));
      }
      if (adapter.form() instanceof VeraAdapter) {
        left = diagonal(adapter.tensor(Part.MAGNITUDE, layer)).times(left);
      }
      changes.add(left.times(of(adapter.a(layer))).scaled(adapter.form().scale()));
    }
    return changes;
  }

  /** The adapter's change and that of all side deltas. */
  public static List<Dense> change(GlobalState state) {
    List<Dense> changes = change(state.adapter());
    for (SideDelta delta : state.sideDeltas()) {
      for (int i = 0; i < changes.size(); i++) {
        LowRank layer = delta.layers().get(i);
        changes.set(i, changes.get(i).plus(1, of(layer.left()).times(of(layer.right()))));
      }
    }
    return changes;
  }

  /** {@code Σ p_k s B_k C_k A_k} of the clients as they trained, before fixed point. */
  public static List<Dense> ideal(Cohort cohort) {
    List<Dense> sum = new ArrayList<>();
    for (Cohort.Client client : cohort.clients()) {
      List<Dense> change = change(client.local());
      for (int i = 0; i < change.size(); i++) {
        Dense part = change.get(i).scaled(cohort.share(client));
        if (i < sum.size()) {
          sum.set(i, sum.get(i).plus(1, part));
        } else {
          sum.add(part);
        }
      }
    }
    return sum;
  }

  /** {@code ‖actual − expected‖_F / ‖expected‖_F} over all layers. */
  public static double distance(List<Dense> actual, List<Dense> expected) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.size(); i++) {
      difference += Math.pow(actual.get(i).plus(-1, expected.get(i)).norm(), 2);
      size += Math.pow(expected.get(i).norm(), 2);
    }
    return Math.sqrt(difference / size);
  }
}
