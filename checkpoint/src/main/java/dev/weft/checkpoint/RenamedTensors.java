package dev.weft.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A checkpoint under other names. Messages keep the names of the file. */
final class RenamedTensors implements Checkpoint {
  private final Checkpoint stored;
  private final Map<String, String> storedNames;
  private final UnaryOperator<RawTensor> read;

  /**
   * @param storedNames the file's name of every array, by its new one
   * @param read what becomes of an array when it is used; sees it under the file's name
   */
  RenamedTensors(
      Checkpoint stored, Map<String, String> storedNames, UnaryOperator<RawTensor> read) {
    this.stored = stored;
    this.storedNames = Collections.unmodifiableMap(new LinkedHashMap<>(storedNames));
    this.read = read;
  }

  @Override
  public String source() {
    return stored.source();
  }

  @Override
  public List<String> names() {
    return List.copyOf(storedNames.keySet());
  }

  @Override
  public boolean has(String name) {
    return storedNames.containsKey(name);
  }

  @Override
  public Optional<RawTensor> find(String name) {
    return Optional.ofNullable(storedNames.get(name))
        .flatMap(stored::find)
        .map(tensor -> read.apply(tensor).named(name));
  }

  @Override
  public String place(String name) {
    return stored.place(storedNames.getOrDefault(name, name));
  }
}
