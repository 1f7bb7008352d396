package dev.weft.core.tensor;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** Over names and shapes, in order. */
  public Digest digest() {
    Digest.Builder digest = Digest.builder();
    entries.forEach(entry -> digest.add(entry.name()).add(entry.shape().toString()));
    return digest.build();
  }

  /**
   * Little-endian float32 values of all tensors, in order and without padding.
   *
   * @throws IllegalArgumentException if the tensors have other names or shapes
   */
  public byte[] encode(TensorMap tensors) {
    if (!equals(tensors.schema())) {
      throw new IllegalArgumentException("tensors do not follow this schema");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(Float.BYTES * elements()))
            .order(ByteOrder.LITTLE_ENDIAN);
    tensors.asMap().values().forEach(tensor -> tensor.writeTo(bytes));
    return bytes.array();
  }

  /**
   * Inverse of {@link #encode}; advances {@code bytes}.
   *
   * @throws IllegalArgumentException if fewer bytes remain than the schema needs
   */
  public TensorMap decode(ByteBuffer bytes) {
    if (bytes.remaining() < Float.BYTES * elements()) {
      throw new IllegalArgumentException(
          Text.format("%d bytes for a schema of %d float32 values", bytes.remaining(), elements()));
    }
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      float[] values = new float[entry.elements()];
      bytes.asFloatBuffer().get(values);
      bytes.position(bytes.position() + Float.BYTES * values.length);
      tensors.put(entry.name(), Tensor.of(values, entry.dimensions()));
    }
    return TensorMap.of(tensors);
  }
}
