package dev.weft.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A checkpoint as a table from names to what reads the array, in file order. */
final class TensorTable implements Checkpoint {
  private final String source;
  private final Map<String, Supplier<RawTensor>> tensors;

  TensorTable(String source, Map<String, Supplier<RawTensor>> tensors) {
    this.source = source;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public Optional<RawTensor> find(String name) {
    return Optional.ofNullable(tensors.get(name)).map(Supplier::get);
  }
}
