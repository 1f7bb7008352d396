package dev.weft.finetune;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A small Llama, changed in one place and written to a folder. */
final class ModelFolder {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path original;
  private final ObjectNode config;
  private final Map<String, RawTensor> tensors = new LinkedHashMap<>();

  private ModelFolder(Path original) throws IOException {
    this.original = original;
    this.config = (ObjectNode) JSON.readTree(original.resolve("config.json").toFile());
    Checkpoint weights = SafetensorsCheckpoint.open(original);
    weights.names().forEach(name -> tensors.put(name, weights.find(name).orElseThrow()));
  }

  /** Two layers of random weights. */
  static ModelFolder tiny() {
    try {
      return new ModelFolder(
          Path.of(
              Objects.requireNonNull(ModelFolder.class.getResource("/models/tiny-llama")).toURI()));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param json with single quotes for double ones
   */
  ModelFolder saying(String key, String json) {
    try {
      config.set(key, JSON.readTree(json.replace('\'', '"')));
      return this;
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  RawTensor tensor(String name) {
    return tensors.get(name);
  }

  ModelFolder without(String name) {
    tensors.remove(name);
    return this;
  }

  ModelFolder with(String name, ElementType type, List<Integer> shape, ByteBuffer bytes) {
    tensors.put(name, new RawTensor(name, type, shape, bytes));
    return this;
  }

  /** An array of one byte again and again. */
  ModelFolder with(String name, ElementType type, int value, Integer... shape) {
    byte[] bytes = new byte[(int) type.bytes(List.of(shape))];
    Arrays.fill(bytes, (byte) value);
    return with(name, type, List.of(shape), ByteBuffer.wrap(bytes));
  }

  /** One number of a float32 or 16-bit array in other bits. */
  ModelFolder withBits(String name, int index, int bits) {
    RawTensor tensor = tensors.get(name);
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(tensor.bytes()).flip();
    if (tensor.type().blockBytes() == Float.BYTES) {
      bytes.putInt(Float.BYTES * index, bits);
    } else {
      bytes.putShort(Short.BYTES * index, (short) bits);
    }
    return with(name, tensor.type(), tensor.shape(), bytes);
  }

  /** Writes the model and gives the folder. */
  Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.copy(original.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
      Files.writeString(folder.resolve("config.json"), config.toString());
      write(folder.resolve("model.safetensors"), tensors);
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the model as two files with an index, the second holding these arrays. */
  Path writeInParts(Path folder, List<String> second) throws IOException {
    write(folder);
    Files.delete(folder.resolve("model.safetensors"));
    Map<String, RawTensor> first = new LinkedHashMap<>(tensors);
    Map<String, RawTensor> rest = new LinkedHashMap<>();
    second.forEach(name -> rest.put(name, first.remove(name)));
    write(folder.resolve("a.safetensors"), first);
    write(folder.resolve("b.safetensors"), rest);
    ObjectNode places = JSON.createObjectNode();
    first.keySet().forEach(name -> places.put(name, "a.safetensors"));
    rest.keySet().forEach(name -> places.put(name, "b.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        JSON.createObjectNode().set("weight_map", places).toString());
    return folder;
  }

  private static void write(Path file, Map<String, RawTensor> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    int end = 0;
    for (RawTensor tensor : tensors.values()) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.withArray("shape")::add);
      entry.withArray("data_offsets").add(end).add(end + tensor.bytes().remaining());
      end += tensor.bytes().remaining();
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    tensors.values().forEach(tensor -> bytes.put(tensor.bytes()));
    Files.write(file, bytes.array());
  }
}
