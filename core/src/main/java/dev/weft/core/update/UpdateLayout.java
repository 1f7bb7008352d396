package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
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
final class UpdateLayout {
  private final Adapter reference;
  private final int[] levels;

  private UpdateLayout(Adapter reference, int[] levels) {
    this.reference = reference;
    this.levels = levels;
  }

  /** The trained entries of the adapter that clients start from. */
  static UpdateLayout of(Adapter reference) {
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
    return new UpdateLayout(reference, levels);
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
  void check(ClientUpdate update) {
    if (update.rank() > rank()) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: has rank %d where the global adapter has %d", update.rank(), rank()));
    }
    int expected = 0;
    for (int level : levels) {
      if (level < update.rank()) {
        expected++;
      }
    }
    if (update.entries() != expected) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: holds %d values where rank %d has %d trained ones",
              update.entries(), update.rank(), expected));
    }
  }

  /** The adapter behind an update: the reference at the client's rank plus the decoded values. */
  Adapter adapter(ClientUpdate update, UpdateEncoding encoding) {
    long examples = update.examples();
    return moved(
        reference.truncate(update.rank()), i -> encoding.mean(update.values().at(i), examples));
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
