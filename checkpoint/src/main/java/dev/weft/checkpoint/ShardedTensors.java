package dev.weft.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arrays of several files as one checkpoint. */
final class ShardedTensors implements Checkpoint {
  private final String source;
  private final Map<String, Checkpoint> shards;

  /**
   * @param shards the file that each array is in, by its name
   */
  ShardedTensors(String source, Map<String, Checkpoint> shards) {
    this.source = source;
    this.shards = Collections.unmodifiableMap(new LinkedHashMap<>(shards));
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public List<String> names() {
    return List.copyOf(shards.keySet());
  }

  @Override
  public boolean has(String name) {
    return shards.containsKey(name);
  }

  @Override
  public Optional<RawTensor> find(String name) {
    return Optional.ofNullable(shards.get(name)).flatMap(shard -> shard.find(name));
  }

  @Override
  public String place(String name) {
    return shards.containsKey(name) ? shards.get(name).place(name) : Checkpoint.super.place(name);
  }
}
