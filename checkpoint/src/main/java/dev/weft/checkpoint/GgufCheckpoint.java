package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A GGUF file of version 2 or 3 (quantization.md F3) under the names and in the row order it is
 * stored in; {@link GgufDecoder} presents it as Hugging Face names a model. Dimensions are turned
 * round to PyTorch's order: a linear weight is {@code [out, in]}.
 */
public final class GgufCheckpoint implements Checkpoint {
  static final int MAGIC = 0x46554747; // "GGUF", little-endian
  static final int DEFAULT_ALIGNMENT = 32;
  static final String ALIGNMENT = "general.alignment";

  /** Ten times what the largest vocabularies take; what lies further in is no description. */
  private static final long LARGEST_HEAD = 64 << 20;

  private static final int MOST_DIMENSIONS = 4;
  private static final int LARGEST_ALIGNMENT = 1 << 20;

  private final GgufMetadata metadata;
  private final TensorTable tensors;

  private GgufCheckpoint(GgufMetadata metadata, TensorTable tensors) {
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Reads and checks everything but the arrays themselves, which are mapped when used.
   *
   * @throws WeftException if the file is missing, malformed or of a version or type Weft does not
   *     read
   */
  public static GgufCheckpoint open(Path path) {
    MappedFile file = MappedFile.open(path);
    return new Opening(file).open();
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  @Override
  public String source() {
    return tensors.source();
  }

  @Override
  public List<String> names() {
    return tensors.names();
  }

  @Override
  public Optional<RawTensor> find(String name) {
    return tensors.find(name);
  }

  /** What the file says of one array; its offset counts from the start of all arrays. */
  private record Info(String name, ElementType type, List<Integer> shape, long offset) {}

  private static final class Opening {
    private final MappedFile file;
    private final GgufReader reader;

    Opening(MappedFile file) {
      this.file = file;
      this.reader =
          new GgufReader(file.map(0, Math.min(file.size(), LARGEST_HEAD)), file.path().toString());
    }

    GgufCheckpoint open() {
      if (file.size() < Integer.BYTES || reader.int32() != MAGIC) {
        throw reader.malformed("does not start with GGUF");
      }
      checkVersion(reader.int32());
      long tensorCount = reader.count();
      long valueCount = reader.count();
      GgufMetadata metadata = metadata(valueCount);
      refuseSplit(metadata);
      List<Info> infos = infos(tensorCount);
      return new GgufCheckpoint(
          metadata, new TensorTable(file.path().toString(), arrays(infos, alignment(metadata))));
    }

    private void checkVersion(int version) {
      if (version == 2 || version == 3) {
        return;
      }
      String what =
          Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3
              ? "is a big-endian GGUF file; convert it with gguf-convert-endian"
              : Text.format(
                  "is a GGUF file of version %d, Weft reads 2 and 3; convert the model again",
                  version);
      throw new WeftException(Problem.UNSUPPORTED_MODEL, Text.format("%s: %s", file.path(), what));
    }

    private GgufMetadata metadata(long count) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (long i = 0; i < count; i++) {
        String key = reader.name();
        if (values.put(key, reader.value()) != null) {
          throw reader.malformed(Text.format("gives the metadata %s twice", key));
        }
      }
      return new GgufMetadata(file.path().toString(), values);
    }

    private void refuseSplit(GgufMetadata metadata) {
      long parts = metadata.integer("split.count").orElse(1);
      if (parts > 1) {
        throw new WeftException(
            Problem.UNSUPPORTED_MODEL,
            Text.format(
                "%s: is one of %d parts of a model; join them with llama-gguf-split --merge",
                file.path(), parts));
      }
    }

    private int alignment(GgufMetadata metadata) {
      long alignment = metadata.integer(ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
      if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Long.bitCount(alignment) != 1) {
        throw reader.malformed(Text.format("aligns arrays to %d bytes", alignment));
      }
      return (int) alignment;
    }

    private List<Info> infos(long count) {
      List<Info> infos = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        infos.add(info());
      }
      return infos;
    }

    private Info info() {
      String name = reader.name();
      int dimensions = reader.int32();
      if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
        throw reader.malformed(
            Text.format(
                "gives tensor %s %s dimensions", name, Integer.toUnsignedString(dimensions)));
      }
      List<Integer> shape = new ArrayList<>();
      for (int i = 0; i < dimensions; i++) {
        long dimension = reader.int64();
        if (dimension < 1 || dimension > Integer.MAX_VALUE) {
          throw reader.malformed(
              Text.format(
                  "gives tensor %s a dimension of %s", name, Long.toUnsignedString(dimension)));
        }
        shape.add((int) dimension);
      }
      Collections.reverse(shape);
      int type = reader.int32();
      long offset = reader.int64();
      return new Info(name, elementType(name, type), List.copyOf(shape), offset);
    }

    private ElementType elementType(String name, int number) {
      return GgmlTypes.type(number)
          .orElseThrow(
              () ->
                  new WeftException(
                      Problem.UNSUPPORTED_MODEL,
                      Text.format(
                          "%s: tensor %s has the ggml type %d, which Weft does not read; use a file"
                              + " of %s",
                          file.path(), name, number, GgmlTypes.names())));
    }

    /** Arrays follow one another, each padded to the alignment, as ggml itself insists. */
    private Map<String, Supplier<RawTensor>> arrays(List<Info> infos, int alignment) {
      Map<String, Supplier<RawTensor>> arrays = new LinkedHashMap<>();
      long start = aligned(reader.position(), alignment);
      long expected = 0;
      for (Info info : infos) {
        long length = length(info);
        if (info.offset() != expected) {
          throw reader.malformed(
              Text.format(
                  "places tensor %s at byte %s of the data, where %d follows from those before it",
                  info.name(), Long.toUnsignedString(info.offset()), expected));
        }
        if (length > file.size() - start - expected) {
          throw reader.malformed(Text.format("ends before tensor %s does", info.name()));
        }
        long offset = start + expected;
        Supplier<RawTensor> array =
            () -> file.tensor(info.name(), info.type(), info.shape(), offset);
        if (arrays.put(info.name(), array) != null) {
          throw reader.malformed(Text.format("names tensor %s twice", info.name()));
        }
        expected = aligned(expected + length, alignment);
      }
      return arrays;
    }

    private long length(Info info) {
      try {
        long length = info.type().bytes(info.shape());
        if (length <= MappedFile.LONGEST_PART) {
          return length;
        }
      } catch (ArithmeticException e) {
        throw reader.malformed(
            Text.format(
                "gives tensor %s the shape %s, which %s cannot have",
                info.name(), info.shape(), info.type()));
      }
      throw reader.malformed(
          Text.format(
              "gives tensor %s the shape %s, more than the 2 GiB Weft can hold in one array",
              info.name(), info.shape()));
    }

    private static long aligned(long position, int alignment) {
      return (position + alignment - 1) / alignment * alignment;
    }
  }
}
