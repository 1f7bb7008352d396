package dev.weft.finetune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

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
      return new TensorTable(source.toString(), SafetensorsFile.read(source));
    }
    Path index = source.resolve(INDEX);
    if (Files.exists(index)) {
      return new TensorTable(source.toString(), sharded(source, JsonFile.read(index)));
    }
    Path single = source.resolve(WEIGHTS);
    if (!Files.exists(single)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: holds neither %s nor %s; download the model's safetensors files",
              source, WEIGHTS, INDEX));
    }
    return new TensorTable(source.toString(), SafetensorsFile.read(single));
  }

  private static Map<String, Supplier<RawTensor>> sharded(Path folder, JsonFile index) {
    Map<String, Map<String, Supplier<RawTensor>>> shards = new HashMap<>();
    Map<String, Supplier<RawTensor>> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.object("weight_map").fields().properties()) {
      String name = entry.getKey();
      if (!PlainName.isPlain(name)) {
        throw index.bad("lists a tensor whose name is no plain text");
      }
      String shard = shardName(index, name, entry.getValue());
      Supplier<RawTensor> tensor =
          shards.computeIfAbsent(shard, file -> readShard(folder, file)).get(name);
      if (tensor == null) {
        throw index.bad(Text.format("says that %s holds %s, which it does not", shard, name));
      }
      tensors.put(name, tensor);
    }
    if (tensors.isEmpty()) {
      throw index.bad("lists no tensor under weight_map");
    }
    return tensors;
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

  private static Map<String, Supplier<RawTensor>> readShard(Path folder, String shard) {
    Path file = folder.resolve(shard);
    if (!Files.exists(file)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: is missing, but %s lists it; download all parts of the model", file, INDEX));
    }
    return SafetensorsFile.read(file);
  }
}
