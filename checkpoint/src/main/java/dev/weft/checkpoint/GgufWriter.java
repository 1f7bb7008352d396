package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF file of version 3 (quantization.md F3).
 *
 * <p>Metadata take the type GGUF readers expect of their kind: {@code Integer} becomes uint32 (in
 * lists int32), {@code Long} uint64 (in lists int64), {@code Float} float32, {@code Double}
 * float64, besides {@code Boolean} and {@code String}.
 */
public final class GgufWriter {
  private static final int ALIGNMENT = GgufCheckpoint.DEFAULT_ALIGNMENT;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();

  private GgufWriter() {}

  /**
   * @param metadata in the order they are written
   * @param tensors in the order they are written, shapes {@code [out, in]}
   * @throws WeftException if the file cannot be written
   */
  public static void write(Path file, Map<String, ?> metadata, List<RawTensor> tensors) {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out, metadata, tensors);
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format("%s: cannot be written; free the disk or choose another place", file),
          e);
    }
  }

  static void write(OutputStream out, Map<String, ?> metadata, List<RawTensor> tensors)
      throws IOException {
    byte[] head = new GgufWriter().head(metadata, tensors);
    out.write(head);
    out.write(new byte[padding(head.length)]);
    WritableByteChannel channel = Channels.newChannel(out);
    for (RawTensor tensor : tensors) {
      ByteBuffer bytes = tensor.bytes();
      int length = bytes.remaining();
      channel.write(bytes);
      out.write(new byte[padding(length)]);
    }
  }

  private byte[] head(Map<String, ?> metadata, List<RawTensor> tensors) {
    int32(GgufCheckpoint.MAGIC);
    int32(3);
    int64(tensors.size());
    int64(metadata.size());
    metadata.forEach(
        (key, value) -> {
          string(key);
          value(value);
        });
    long offset = 0;
    for (RawTensor tensor : tensors) {
      string(tensor.name());
      int32(tensor.shape().size());
      for (int axis = tensor.shape().size() - 1; axis >= 0; axis--) {
        int64(tensor.shape().get(axis));
      }
      int32(GgmlTypes.number(tensor.type()));
      int64(offset);
      int length = tensor.bytes().remaining();
      offset += length + padding(length);
    }
    return head.toByteArray();
  }

  private void value(Object value) {
    if (value instanceof List<?> list) {
      list(list);
    } else {
      GgufValueType type =
          value instanceof Integer
              ? GgufValueType.UINT32
              : value instanceof Long ? GgufValueType.UINT64 : type(value);
      int32(type.number());
      content(value);
    }
  }

  private void list(List<?> list) {
    int32(GgufValueType.ARRAY.number());
    GgufValueType type = list.isEmpty() ? GgufValueType.STRING : type(list.get(0));
    int32(type.number());
    int64(list.size());
    for (Object item : list) {
      if (type(item) != type) {
        throw new IllegalArgumentException("metadata: a list mixes types: " + list);
      }
      content(item);
    }
  }

  private static GgufValueType type(Object value) {
    if (value instanceof String) {
      return GgufValueType.STRING;
    } else if (value instanceof Boolean) {
      return GgufValueType.BOOL;
    } else if (value instanceof Integer) {
      return GgufValueType.INT32;
    } else if (value instanceof Long) {
      return GgufValueType.INT64;
    } else if (value instanceof Float) {
      return GgufValueType.FLOAT32;
    } else if (value instanceof Double) {
      return GgufValueType.FLOAT64;
    }
    throw new IllegalArgumentException("metadata: GGUF has no type for " + value.getClass());
  }

  private void content(Object value) {
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Boolean flag) {
      head.write(flag ? 1 : 0);
    } else if (value instanceof Integer number) {
      int32(number);
    } else if (value instanceof Long number) {
      int64(number);
    } else if (value instanceof Float number) {
      int32(Float.floatToIntBits(number));
    } else if (value instanceof Double number) {
      int64(Double.doubleToLongBits(number));
    }
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(bytes.length);
    head.writeBytes(bytes);
  }

  private void int32(int value) {
    head.writeBytes(little(Integer.BYTES).putInt(value).array());
  }

  private void int64(long value) {
    head.writeBytes(little(Long.BYTES).putLong(value).array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int padding(int length) {
    return -length & (ALIGNMENT - 1);
  }
}
