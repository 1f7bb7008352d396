package dev.weft.aggregation.sum;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * The trained tensors of an adapter as one vector, the way updates carry them.
 *
 * <p>Each entry has a level ({@link Part}). The adapter of rank r nested in this one ({@link
 * Adapter#truncate}) holds exactly the entries of a level below r, in the same order; so one array
 * of levels says which entry of the full adapter every value of a smaller client belongs to.
 */
public final class TrainedEntries {
  private final Adapter reference;
  private final int[] levels;

  private TrainedEntries(Adapter reference, int[] levels) {
    this.reference = reference;
    this.levels = levels;
  }

  /** The trained entries of the adapter that clients start from. */
  public static TrainedEntries of(Adapter reference) {
    TensorMap trained = reference.trained();
    int[] levels = new int[Math.toIntExact(trained.elements())];
    int position = 0;
    for (Map.Entry<String, Tensor> entry : trained.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      Part part = Part.of(entry.getKey());
      for (int i = 0; i < tensor.size(); i++) {
        levels[position++] = part.level(tensor, i);
      }
    }
    return new TrainedEntries(reference, levels);
  }

  /** Number of entries at full rank. */
  int size() {
    return levels.length;
  }

  /** Largest rank of a client. */
  int rank() {
    return reference.form().rank();
  }

  /** Clients of a rank above this own the entry. */
  int level(int position) {
    return levels[position];
  }

  /**
   * @throws WeftException if the update's rank or length does not fit
   */
  public void check(ClientUpdate update) {
    if (update.rank() > rank()) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "%s: update has rank %d where the global adapter has %d; update refused",
              update.client(), update.rank(), rank()));
    }
    int expected = 0;
    for (int level : levels) {
      if (level < update.rank()) {
        expected++;
      }
    }
    if (update.values().size() != expected) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "%s: update holds %d values where rank %d has %d trained ones; update refused",
              update.client(), update.values().size(), update.rank(), expected));
    }
  }

  /** The adapter behind an update: the reference at the client's rank plus the decoded values. */
  public Adapter adapter(ClientUpdate update, FixedPoint codec) {
    return moved(reference.truncate(update.rank()), i -> codec.decode(update.values().at(i)));
  }

  /** The reference with {@code difference[i]} added to its i-th trained entry, rounded once. */
  Adapter adapter(double[] difference) {
    return moved(reference, i -> difference[i]);
  }

  private static Adapter moved(Adapter start, IntToDoubleFunction difference) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    int position = 0;
    for (Map.Entry<String, Tensor> entry : start.trained().asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      float[] values = new float[tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (tensor.at(i) + difference.applyAsDouble(position++));
      }
      tensors.put(entry.getKey(), Tensor.of(values, tensor.shapeArray()));
    }
    return start.with(TensorMap.of(tensors));
  }
}
