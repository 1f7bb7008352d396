package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.SafetensorsHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One safetensors file of any element type (quantization.md F0). */
final class SafetensorsFile {
  private static final Map<String, ElementType> TYPES =
      Arrays.stream(ElementType.values())
          .filter(type -> type.blockValues() == 1)
          .collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

  private SafetensorsFile() {}

  /**
   * The file's arrays by name, in the order of their data.
   *
   * @throws WeftException if it is no complete safetensors file or an array cannot be held
   */
  static Map<String, Supplier<RawTensor>> read(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return read(file);
    } catch (SafetensorsHeader.Malformed e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: %s; a complete safetensors file is needed, fetch it again",
              path, e.getMessage()),
          e);
    }
  }

  private static Map<String, Supplier<RawTensor>> read(MappedFile file) {
    if (file.size() < Long.BYTES) {
      throw bad(file, "is too short for a header; fetch it again");
    }
    long rest = file.size() - Long.BYTES;
    int headerLength = SafetensorsHeader.length(file.map(0, Long.BYTES).getLong(), rest);
    ByteBuffer header = file.map(Long.BYTES, headerLength);
    long data = (long) Long.BYTES + headerLength;
    Map<String, Supplier<RawTensor>> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry :
        SafetensorsHeader.parse(header).byPlace(file.size() - data)) {
      ElementType type = checkedType(file, entry);
      tensors.put(
          entry.name(), () -> file.tensor(entry.name(), type, entry.shape(), data + entry.begin()));
    }
    return tensors;
  }

  private static ElementType checkedType(MappedFile file, SafetensorsHeader.Entry entry) {
    ElementType type = TYPES.get(entry.type());
    if (type == null) {
      throw bad(
          file,
          Text.format(
              "tensor %s has the type %s, which Weft does not read; convert it to one of %s",
              entry.name(), entry.type(), TYPES.keySet().stream().sorted().toList()));
    }
    long length = entry.end() - entry.begin();
    if (length != bytesOrNone(type, entry)) {
      throw bad(
          file,
          Text.format(
              "tensor %s holds %d bytes, which contradicts its type %s and shape %s; fetch it"
                  + " again",
              entry.name(), length, type, entry.shape()));
    }
    if (length > MappedFile.LONGEST_PART) {
      throw bad(
          file,
          Text.format(
                  "tensor %s holds %d bytes, more than the 2 GiB Weft can hold in one array; use"
                      + " 16-bit or",
                  entry.name(), length)
              + " quantized weights");
    }
    return type;
  }

  /** What the shape takes, or -1 if 64 bits do not suffice to say it. */
  private static long bytesOrNone(ElementType type, SafetensorsHeader.Entry entry) {
    try {
      return type.bytes(entry.shape());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private static WeftException bad(MappedFile file, String what) {
    return new WeftException(Problem.BAD_CHECKPOINT, Text.format("%s: %s", file.path(), what));
  }
}
