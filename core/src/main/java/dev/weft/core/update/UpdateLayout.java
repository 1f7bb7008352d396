package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  /** Of the layers by name, for clients of a rank. */
  private final Map<Integer, Map<String, Range>> ranges = new ConcurrentHashMap<>();

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

  /**
   * Where a layer's entries lie in an update; they lie beside each other.
   *
   * @param from position of the first
   */
  record Range(int from, int size) {}

  /** Of a layer of {@link AdapterTarget}, in the update of a client of this rank. */
  Range range(AdapterTarget.Layer layer, int rank) {
    return ranges.computeIfAbsent(rank, this::ranges).get(layer.name());
  }

  private Map<String, Range> ranges(int rank) {
    AdapterForm form = reference.form().withRank(rank);
    Map<String, Range> ranges = new HashMap<>();
    int from = 0;
    for (AdapterTarget.Layer layer : reference.target().layers()) {
      int size = 0;
      for (TensorSchema.Entry entry : form.entries(layer)) {
        if (form.trained().contains(Part.of(entry.name()))) {
          size += entry.elements();
        }
      }
      ranges.put(layer.name(), new Range(from, size));
      from += size;
    }
    return ranges;
  }

  /**
   * What a client made of one layer: the reference's tensors of that layer at the client's rank,
   * the trained ones moved.
   *
   * @param difference of the layer's trained entries
   */
  Adapter adapter(AdapterTarget.Layer layer, int rank, double[] difference) {
    AdapterForm form = reference.form().withRank(rank);
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorSchema.Entry entry : form.entries(layer)) {
      Tensor whole = reference.tensors().get(entry.name());
      tensors.put(
          entry.name(), rank == rank() ? whole : Part.of(entry.name()).truncate(whole, rank));
    }
    Adapter start = new Adapter(form, AdapterTarget.of(List.of(layer)), TensorMap.of(tensors));
    return with(start, (position, before) -> before + difference[position]);
  }

  /** The reference with {@code difference[i]} added to its i-th trained entry, rounded once. */
  Adapter adapter(double[] difference) {
    return adapter((position, before) -> before + difference[position]);
  }

  /** The reference with other trained entries. */
  Adapter adapter(Entries entries) {
    return with(reference, entries);
  }

  /** What becomes of a trained entry; rounded to float32 afterwards. */
  @FunctionalInterface
  interface Entries {
    double at(int position, float before);
  }

  private static Adapter with(Adapter start, Entries entries) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    int position = 0;
    for (Map.Entry<String, Tensor> entry : start.trained().asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      float[] values = new float[tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) entries.at(position++, tensor.at(i));
      }
      tensors.put(entry.getKey(), Tensor.of(values, tensor.shapeArray()));
    }
    return start.with(TensorMap.of(tensors));
  }
}
