package dev.weft.core.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Names and shapes of a {@link TensorMap}, in order: what two sides must agree on before bytes. */
public record TensorSchema(List<Entry> entries) {

  /** One named tensor. */
  public record Entry(String name, List<Integer> shape) {
    public Entry {
      shape = List.copyOf(shape);
      if (name.isEmpty()) {
        throw new IllegalArgumentException("name: must not be empty");
      }
    }

    public int[] dimensions() {
      return shape.stream().mapToInt(Integer::intValue).toArray();
    }

    public int elements() {
      return Math.toIntExact(Tensor.elements(dimensions()));
    }
  }

  public TensorSchema {
    entries = List.copyOf(entries);
    Set<String> names = new HashSet<>();
    for (Entry entry : entries) {
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("entries: " + entry.name() + " occurs twice");
      }
    }
  }

  static TensorSchema of(TensorMap tensors) {
    List<Entry> entries = new ArrayList<>();
    tensors.asMap().forEach((name, tensor) -> entries.add(new Entry(name, tensor.shape())));
    return new TensorSchema(entries);
  }

  /** Number of scalars in all tensors. */
  public long elements() {
    return entries.stream().mapToLong(Entry::elements).sum();
  }

  /**
   * Tensors of this schema, whose little-endian float32 values follow each other without padding.
   *
   * @throws java.io.EOFException if the stream holds fewer values
   */
  public TensorMap read(InputStream in) throws IOException {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      tensors.put(
          entry.name(),
          Tensor.of(FloatStream.read(in, FloatType.F32, entry.elements()), entry.dimensions()));
    }
    return TensorMap.of(tensors);
  }
}
