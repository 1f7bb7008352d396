package dev.weft.core.update;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The trained tensors of an adapter as one vector, the way updates carry them.
 *
 * <p>Each entry has a level ({@link Part}). The adapter of rank r nested in this one ({@link
 * Adapter#truncate}) holds exactly the entries of a level below r, in the same order; so the levels
 * say which entry of the full adapter every value of a smaller client belongs to.
 */
final class UpdateLayout {
  private final Adapter reference;
  private final TensorMap trained;
  private final int size;

  /** Of the layers by name, for clients of a rank. */
  private final Map<Integer, Map<String, Range>> ranges = new ConcurrentHashMap<>();

  private UpdateLayout(Adapter reference) {
    this.reference = reference;
    this.trained = reference.trained();
    this.size = Math.toIntExact(trained.elements());
  }

  /** The trained entries of the adapter that clients start from. */
  static UpdateLayout of(Adapter reference) {
    return new UpdateLayout(reference);
  }

  /** Number of entries at full rank. */
  int size() {
    return size;
  }

  /** Largest rank of a client. */
  int rank() {
    return reference.form().rank();
  }

  /** An entry: its position, and its level, since clients of a rank above that own it. */
  @FunctionalInterface
  interface Visitor {
    void see(int position, int level);
  }

  /** Shows the entries in order. */
  void visit(Visitor visitor) {
    int position = 0;
    for (Map.Entry<String, Tensor> entry : trained.asMap().entrySet()) {
      int[] shape = entry.getValue().shapeArray();
      Part part = Part.of(entry.getKey());
      for (int i = 0; i < entry.getValue().size(); i++) {
        visitor.see(position++, part.level(shape, i));
      }
    }
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
    long expected = reference.form().withRank(update.rank()).trainedElements(reference.target());
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
      int size = Math.toIntExact(form.trainedElements(layer));
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
    return with(start, (position, level, before) -> before + difference[position], Scratch.HEAP);
  }

  /** The reference with {@code difference[i]} added to its i-th trained entry, rounded once. */
  Adapter adapter(double[] difference) {
    return adapter((position, level, before) -> before + difference[position], Scratch.HEAP);
  }

  /** The reference with other trained entries, which lie in scratch. */
  Adapter adapter(Entries entries, Scratch scratch) {
    return with(reference, entries, scratch);
  }

  /** What becomes of a trained entry; rounded to float32 afterwards. */
  @FunctionalInterface
  interface Entries {
    double at(int position, int level, float before);
  }

  private static Adapter with(Adapter start, Entries entries, Scratch scratch) {
    TensorMap trained = start.trained();
    Scratch.Room room = scratch.room(Float.BYTES * trained.elements());
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    int position = 0;
    for (Map.Entry<String, Tensor> entry : trained.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      int[] shape = tensor.shapeArray();
      Part part = Part.of(entry.getKey());
      FloatBuffer values = room.floats(tensor.size());
      for (int i = 0; i < tensor.size(); i++) {
        values.put(i, (float) entries.at(position++, part.level(shape, i), tensor.at(i)));
      }
      tensors.put(entry.getKey(), Tensor.of(values, shape));
    }
    return start.with(TensorMap.of(tensors));
  }
}
