package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.tensor.Float16;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Numbers of independent implementations, from the golden files. */
public final class Golden {
  private final JsonNode root;

  private Golden(JsonNode root) {
    this.root = root;
  }

  public static Golden read(String name) {
    try (InputStream stream = Golden.class.getResourceAsStream("/golden/" + name)) {
      return new Golden(new ObjectMapper().readTree(stream));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public JsonNode at(String path) {
    return root.at(path);
  }

  /** All numbers under a path, whatever their nesting. */
  public float[] floats(String path) {
    List<Double> numbers = new ArrayList<>();
    collect(root.at(path), numbers);
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  int[] ints(String path) {
    List<Double> numbers = new ArrayList<>();
    collect(root.at(path), numbers);
    return numbers.stream().mapToInt(number -> (int) (long) number.doubleValue()).toArray();
  }

  /** Bytes written in hexadecimal, outside the heap. */
  ByteBuffer hex(String path) {
    StringBuilder digits = new StringBuilder();
    JsonNode node = root.at(path);
    if (node.isArray()) {
      node.forEach(part -> digits.append(part.asText()));
    } else {
      digits.append(node.asText());
    }
    byte[] bytes = HexFormat.of().parseHex(digits);
    return Memory.bytes(bytes.length).put(bytes).flip();
  }

  RawTensor int32(String name, String path, Integer... shape) {
    int[] values = ints(path);
    ByteBuffer bytes = Memory.bytes(4L * values.length);
    bytes.asIntBuffer().put(values);
    return new RawTensor(name, ElementType.I32, List.of(shape), bytes);
  }

  RawTensor float16(String name, String path, Integer... shape) {
    float[] values = floats(path);
    ByteBuffer bytes = Memory.bytes(2L * values.length);
    for (float value : values) {
      bytes.putShort(Float16.nearest(value));
    }
    return new RawTensor(name, ElementType.F16, List.of(shape), bytes.flip());
  }

  RawTensor float32(String name, String path, Integer... shape) {
    float[] values = floats(path);
    ByteBuffer bytes = Memory.bytes(4L * values.length);
    bytes.asFloatBuffer().put(values);
    return new RawTensor(name, ElementType.F32, List.of(shape), bytes);
  }

  private static void collect(JsonNode node, List<Double> numbers) {
    if (node.isContainerNode()) {
      node.forEach(child -> collect(child, numbers));
    } else if (node.isNumber()) {
      numbers.add(node.asDouble());
    } else {
      numbers.add(Double.valueOf(node.asText()));
    }
  }
}
