package dev.weft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the weights of a Hugging Face style model, memory-mapped array by array: one safetensors
 * file, or several that {@code model.safetensors.index.json} lists.
 */
public final class SafetensorsCheckpoint {
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private SafetensorsCheckpoint() {}

  /**
   * Headers are read and checked at once, arrays when they are used.
   *
   * @param source a {@code .safetensors} file or a folder with one or more of them
   * @throws WeftException if a file is missing or malformed
   */
  public static Checkpoint open(Path source) {
    if (!Files.isDirectory(source)) {
      return table(source);
    }
    Path index = source.resolve(INDEX);
    Path single = source.resolve(WEIGHTS);
    if (Files.exists(index) && Files.exists(single)) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: holds both %s and %s, which need not agree; keep the one that is meant",
              source, WEIGHTS, INDEX));
    }
    if (Files.exists(index)) {
      return sharded(source, JsonFile.read(index));
    }
    if (!Files.exists(single)) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: %s", source, OtherWeights.in(source)));
    }
    return table(single);
  }

  private static TensorTable table(Path file) {
    return new TensorTable(file.toString(), SafetensorsFile.read(file));
  }

  /** All arrays of all shards, as transformers reads them; the index must know each. */
  private static Checkpoint sharded(Path folder, JsonFile index) {
    Map<String, Checkpoint> shards = new LinkedHashMap<>();
    Map<String, Checkpoint> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.object("weight_map").fields().properties()) {
      String name = entry.getKey();
      if (!PlainName.isPlain(name)) {
        throw index.bad("lists a tensor whose name is no plain text");
      }
      String file = shardName(index, name, entry.getValue());
      Checkpoint shard = shards.computeIfAbsent(file, beside -> readShard(folder, beside));
      if (!shard.has(name)) {
        throw index.bad(Text.format("says that %s holds %s, which it does not", file, name));
      }
      tensors.put(name, shard);
    }
    if (tensors.isEmpty()) {
      throw index.bad("lists no tensor under weight_map");
    }
    for (Checkpoint shard : shards.values()) {
      for (String name : shard.names()) {
        if (tensors.get(name) != shard) {
          throw new WeftException(
              Problem.BAD_CHECKPOINT,
              Text.format(
                  "%s is not where %s places it; use the index that was saved with these parts",
                  shard.place(name), index.path().getFileName()));
        }
      }
    }
    return new ShardedTensors(folder.toString(), tensors);
  }

  /** A shard lies beside its index: a name that leads elsewhere is refused. */
  private static String shardName(JsonFile index, String tensor, JsonNode value) {
    String shard = value.isTextual() ? value.textValue() : "";
    boolean beside =
        PlainName.isPlain(shard)
            && shard.endsWith(".safetensors")
            && !shard.contains("/")
            && !shard.contains("\\");
    if (!beside) {
      throw index.bad(
          Text.format(
              "places %s in %s, which does not name a safetensors file beside it",
              tensor, JsonFile.shown(value)));
    }
    return shard;
  }

  private static Checkpoint readShard(Path folder, String shard) {
    Path file = folder.resolve(shard);
    if (!Files.exists(file)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: is missing, but %s lists it; download all parts of the model", file, INDEX));
    }
    return table(file);
  }
}
