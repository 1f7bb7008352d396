package dev.weft.core.tensor;

import dev.weft.core.Text;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors container for tensors of floating-point numbers: an 8-byte little-endian header
 * length, a JSON header {@code {name: {dtype, shape, data_offsets}}}, then raw values without holes
 * or overlaps (quantization.md F0). Files are written in float32; 16-bit ones are read, too.
 */
public final class Safetensors {
  /** The longest array every Java platform allows. */
  private static final long LARGEST_FILE = Integer.MAX_VALUE - 8;

  private Safetensors() {}

  /**
   * The file's bytes; the header is padded with spaces so that data starts at a multiple of 8.
   *
   * @throws ArithmeticException if they are more than 2 GiB
   */
  public static byte[] encode(TensorMap tensors, Map<String, String> metadata) {
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
      long end = offset + (long) Float.BYTES * entry.getValue().size();
      entries.add(
          new SafetensorsHeader.Entry(
              entry.getKey(), FloatType.F32.name(), entry.getValue().shape(), offset, end));
      offset = end;
    }
    byte[] json =
        new SafetensorsHeader(metadata, entries).toJson().getBytes(StandardCharsets.UTF_8);
    int headerLength = (json.length + 7) / 8 * 8;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + headerLength + offset))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerLength)
            .put(json)
            .put(" ".repeat(headerLength - json.length).getBytes(StandardCharsets.UTF_8));
    tensors.asMap().values().forEach(tensor -> tensor.writeTo(bytes));
    return bytes.array();
  }

  /**
   * Reads a file of float32, float16 or bfloat16 tensors, in the order of their data. Float32 keeps
   * its bits, the others become float32 exactly.
   *
   * @throws WeftException if the file is missing, larger than 2 GiB, malformed or of another type
   */
  public static TensorMap read(Path file) {
    FileContent.requireGenuine(file);
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw bad(file.toString(), "is larger than 2 GiB");
      }
      return decode(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file), e);
    }
  }

  /**
   * What a file says about its tensors, free text by its keys.
   *
   * @throws WeftException if the file is missing or malformed
   */
  public static Map<String, String> metadata(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      ByteBuffer start =
          ByteBuffer.wrap(bytes.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      if (start.remaining() < Long.BYTES) {
        throw new SafetensorsHeader.Malformed("is too short for a header");
      }
      int length = SafetensorsHeader.length(start.getLong(), Files.size(file) - Long.BYTES);
      return SafetensorsHeader.parse(ByteBuffer.wrap(bytes.readNBytes(length))).metadata();
    } catch (SafetensorsHeader.Malformed e) {
      throw bad(file.toString(), e.getMessage());
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file), e);
    }
  }

  /** The tensors in {@code content}; {@code source} says in messages where it came from. */
  static TensorMap decode(byte[] content, String source) {
    try {
      return decode(content);
    } catch (SafetensorsHeader.Malformed e) {
      throw bad(source, e.getMessage());
    }
  }

  private static TensorMap decode(byte[] content) {
    if (content.length < Long.BYTES) {
      throw new SafetensorsHeader.Malformed("is too short for a header");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = SafetensorsHeader.length(bytes.getLong(), bytes.remaining());
    ByteBuffer header = bytes.slice(bytes.position(), headerLength);
    bytes.position(bytes.position() + headerLength);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : SafetensorsHeader.parse(header).byPlace(data.capacity())) {
      FloatType type = checkedType(entry);
      float[] values = new float[(int) (entry.end() - entry.begin()) / type.bytes()];
      type.read(data, values);
      data.position((int) entry.end());
      tensors.put(entry.name(), Tensor.of(values, dimensions(entry)));
    }
    return TensorMap.of(tensors);
  }

  private static FloatType checkedType(SafetensorsHeader.Entry entry) {
    FloatType type =
        FloatType.of(entry.type())
            .orElseThrow(
                () ->
                    new SafetensorsHeader.Malformed(
                        Text.format("holds %s as %s", entry.name(), entry.type())));
    if (!fitsItsShape(entry, type)) {
      throw new SafetensorsHeader.Malformed(
          Text.format(
              "gives %s bytes %d to %d, which contradicts its shape %s",
              entry.name(), entry.begin(), entry.end(), entry.shape()));
    }
    return type;
  }

  private static boolean fitsItsShape(SafetensorsHeader.Entry entry, FloatType type) {
    try {
      return entry.end() - entry.begin()
          == Math.multiplyExact(type.bytes(), Tensor.elements(dimensions(entry)));
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private static int[] dimensions(SafetensorsHeader.Entry entry) {
    return entry.shape().stream().mapToInt(Integer::intValue).toArray();
  }

  private static WeftException bad(String source, String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a complete safetensors file of F32, F16 or BF16 tensors is needed",
            source, what));
  }
}
