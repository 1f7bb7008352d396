package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.RawTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Arrays that are in no file. */
record MemoryCheckpoint(Map<String, RawTensor> tensors) implements Checkpoint {

  static MemoryCheckpoint of(RawTensor... tensors) {
    Map<String, RawTensor> named = new LinkedHashMap<>();
    for (RawTensor tensor : tensors) {
      named.put(tensor.name(), tensor);
    }
    return new MemoryCheckpoint(named);
  }

  @Override
  public String source() {
    return "memory";
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public Optional<RawTensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }
}
