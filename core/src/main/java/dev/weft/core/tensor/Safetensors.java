package dev.weft.core.tensor;

import dev.weft.core.Text;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
  private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

  private Safetensors() {}

  /**
   * Writes a whole file; its header is padded with spaces so that data starts at a multiple of 8.
   */
  public static void write(TensorMap tensors, Map<String, String> metadata, OutputStream out)
      throws IOException {
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
    int length = (json.length + 7) / 8 * 8;
    out.write(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    out.write(json);
    out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.UTF_8));
    tensors.writeTo(out);
  }

  /** Writes a file of its own. */
  public static void write(TensorMap tensors, Map<String, String> metadata, Path file)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(tensors, metadata, out);
    }
  }

  /**
   * Reads a file of float32, float16 or bfloat16 tensors, in the order of their data. Float32 keeps
   * its bits, the others become float32 exactly.
   *
   * @throws WeftException if the file is missing, malformed or of another type
   */
  public static TensorMap read(Path file) {
    FileContent.requireGenuine(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in, Files.size(file), file.toString());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * What a file says about its tensors, free text by its keys.
   *
   * @throws WeftException if the file is missing or malformed
   */
  public static Map<String, String> metadata(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return header(in, Files.size(file)).metadata();
    } catch (SafetensorsHeader.Malformed e) {
      throw bad(file.toString(), e.getMessage());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads a whole file that is somewhere else.
   *
   * @param length of it, in bytes
   * @param source says in messages where it is
   * @throws WeftException if it is malformed or of another type
   */
  public static TensorMap read(InputStream in, long length, String source) throws IOException {
    try {
      return read(in, length);
    } catch (SafetensorsHeader.Malformed e) {
      throw bad(source, e.getMessage());
    }
  }

  private static TensorMap read(InputStream in, long length) throws IOException {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : header(in, length).entries()) {
      FloatType type = checkedType(entry);
      int count = (int) ((entry.end() - entry.begin()) / type.bytes());
      tensors.put(entry.name(), Tensor.of(FloatStream.read(in, type, count), dimensions(entry)));
    }
    return TensorMap.of(tensors);
  }

  /** The header, with its entries in the order of their data, which follows in the stream. */
  private static SafetensorsHeader header(InputStream in, long length) throws IOException {
    byte[] start = in.readNBytes(Long.BYTES);
    if (start.length < Long.BYTES) {
      throw new SafetensorsHeader.Malformed("is too short for a header");
    }
    long rest = length - Long.BYTES;
    long announced = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] json = in.readNBytes(SafetensorsHeader.length(announced, rest));
    SafetensorsHeader header = SafetensorsHeader.parse(ByteBuffer.wrap(json));
    return new SafetensorsHeader(header.metadata(), header.byPlace(rest - json.length));
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
    if ((entry.end() - entry.begin()) / type.bytes() > MOST_NUMBERS) {
      throw new SafetensorsHeader.Malformed(
          Text.format("holds more numbers in %s than an array takes", entry.name()));
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

  private static WeftException unreadable(Path file, IOException e) {
    return new WeftException(
        Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file), e);
  }

  private static WeftException bad(String source, String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a complete safetensors file of F32, F16 or BF16 tensors is needed",
            source, what));
  }
}
