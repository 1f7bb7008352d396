package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.JsonFile;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checkpoints of llm-compressor and vLLM (quantization.md F8): packed integers, int8 or float8
 * weights with scales per tensor, row, group or tile. The configuration says which of them a layer
 * is, and its arrays must be so; activations stay float32.
 *
 * @param dense whether weights are stored unquantized, however they were trained
 * @param schemes what layers are, in the order of the file
 * @param ignored layers that none of the schemes is for
 */
record CompressedTensors(boolean dense, List<Scheme> schemes, LayerNames ignored)
    implements WeightFormat {
  private static final Set<String> READABLE =
      Set.of(
          "dense",
          "pack-quantized",
          "int-quantized",
          "float-quantized",
          "naive-quantized",
          "mixed-precision");

  private static final String PACKED = ".weight_packed";
  private static final String PLAIN = ".weight";
  private static final String SCALE = ".weight_scale";
  private static final String ZERO = ".weight_zero_point";
  private static final String ORDER = ".weight_g_idx";
  private static final String SHAPE = ".weight_shape";

  /** Some layers and what their weights are. */
  private record Scheme(LayerNames targets, WeightArguments weights) {}

  CompressedTensors {
    schemes = List.copyOf(schemes);
  }

  static CompressedTensors of(JsonFile config) {
    String format = readable(config, config.text("format", "dense"));
    if (config.object("transform_config").fields().path("config_groups").size() > 0) {
      throw config.unsupported("a transform_config", "weights that are not rotated");
    }
    JsonFile groups = config.object("config_groups");
    List<Scheme> schemes = new ArrayList<>();
    groups
        .fields()
        .fieldNames()
        .forEachRemaining(
            name -> {
              JsonFile group = groups.object(name);
              readable(config, group.text("format", format));
              schemes.add(
                  new Scheme(
                      LayerNames.of(group, "targets"),
                      WeightArguments.of(group.object("weights"))));
            });
    return new CompressedTensors(format.equals("dense"), schemes, LayerNames.of(config, "ignore"));
  }

  private static String readable(JsonFile config, String format) {
    if (!READABLE.contains(format)) {
      throw config.unsupported(
          "the compressed-tensors format \"" + format + "\"",
          "pack-quantized, int-quantized and float-quantized");
    }
    return format;
  }

  @Override
  public boolean leavesTraces() {
    return !dense;
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    if (planes.has(".weight_global_scale")) {
      throw planes.unsupported(
          ".weight_global_scale",
          "belongs to the format nvfp4, which cannot be read; use pack-quantized, int-quantized or"
              + " float-quantized");
    }
    if (!planes.has(PACKED) && !planes.has(SCALE)) {
      return Optional.empty();
    }
    WeightArguments weights = weightsOf(planes);
    Activations.pass(planes);
    planes.requireSaidShape(SHAPE, out, in);
    return Optional.of(
        planes.has(PACKED) ? packed(planes, weights, out, in) : plain(planes, weights, out, in));
  }

  /** The scheme whose target names the layer most precisely. */
  private WeightArguments weightsOf(Planes planes) {
    if (!ignored.matches(planes.layer())) {
      for (LayerNames.Precision precision : LayerNames.Precision.values()) {
        for (Scheme scheme : schemes) {
          if (scheme.targets().matches(planes.layer(), precision)) {
            return scheme.weights();
          }
        }
      }
    }
    throw planes.malformed(
        SCALE,
        "scales a layer that quantization_config %s; use weights and configuration of one export",
        ignored.matches(planes.layer()) ? "ignores" : "has no config_groups for");
  }

  private static StoredMatrix packed(Planes planes, WeightArguments weights, int out, int in) {
    int bits = weights.bits();
    if (weights.floats() || !Set.of(2, 4, 8).contains(bits)) {
      throw planes.unsupported(
          PACKED,
          "holds packed %s of %d bits, which cannot be read; use integers of 2, 4 or 8 bits",
          weights.floats() ? "floats" : "integers",
          bits);
    }
    int wordsPerRow = PackedWords.wordsFor(in, bits);
    Groups groups = weights.groups(out, in);
    PackedWords codes = planes.words(PACKED, bits, out, wordsPerRow);
    Elements scales =
        planes.elements(SCALE, Planes.FLOATS, weights.scaleShape(planes, SCALE, out, in));
    return new GroupedMatrix(
        Text.format("packed-int%d%s", bits, weights.suffix()),
        out,
        in,
        new Codes.PackedRows(codes, wordsPerRow, 1, in),
        ordered(planes, weights, groups, in),
        scales,
        packedZeros(planes, weights, groups.perRow(), out));
  }

  /**
   * Groups in the order that activations decided, where they did. A file that says -1 throughout
   * has groups of neighbours.
   */
  private static Groups ordered(Planes planes, WeightArguments weights, Groups groups, int in) {
    Optional<RawTensor> order = planes.find(ORDER);
    if (order.isEmpty()) {
      if (weights.ordered() && groups.perRow() > 1) {
        throw planes.malformed(
            ORDER,
            "is missing, but quantization_config says actorder, so that only it tells the columns"
                + " of a group; fetch the model again");
      }
      return groups;
    }
    IntBuffer ofColumn = planes.take(ORDER, Planes.INT32, in).bytes().asIntBuffer();
    boolean unset = true;
    for (int column = 0; column < in && unset; column++) {
      unset = ofColumn.get(column) == -1;
    }
    return unset
        ? groups
        : Groups.permuted(
            Gptq.checked(planes, ORDER, ofColumn, groups.perRow()),
            groups.perRow(),
            groups.perRow(),
            1);
  }

  /** Codes are signed numbers plus half their range; so is the zero, packed along the output. */
  private static GroupValues packedZeros(
      Planes planes, WeightArguments weights, int perRow, int out) {
    int middle = 1 << (weights.bits() - 1);
    if (weights.symmetric()) {
      requireNoZeros(planes);
      return GroupValues.constant(middle);
    }
    int words = PackedWords.wordsFor(out, weights.bits());
    return new PackedZeros(planes.words(ZERO, weights.bits(), words, perRow), perRow);
  }

  private static StoredMatrix plain(Planes planes, WeightArguments weights, int out, int in) {
    Set<ElementType> types =
        weights.floats()
            ? EnumSet.of(ElementType.F8_E4M3, ElementType.F8_E5M2)
            : EnumSet.of(ElementType.I8);
    Elements codes = planes.elements(PLAIN, types, out, in);
    Integer[] shape = weights.scaleShape(planes, SCALE, out, in);
    Elements scales = planes.elements(SCALE, Planes.FLOATS, shape);
    GroupValues zeros = GroupValues.constant(0);
    if (weights.symmetric()) {
      requireNoZeros(planes);
    } else {
      zeros = planes.elements(ZERO, Planes.INT8, shape);
    }
    return new GroupedMatrix(
        weights.floats() ? "fp8" : "int8",
        out,
        in,
        new Codes.Plain(codes, in),
        ordered(planes, weights, weights.groups(out, in), in),
        scales,
        zeros);
  }

  /** Older files of symmetric weights hold zeros that are all zero. */
  private static void requireNoZeros(Planes planes) {
    Optional<RawTensor> zeros = planes.find(ZERO);
    if (zeros.isPresent()) {
      for (byte part : bytes(zeros.get())) {
        if (part != 0) {
          throw planes.malformed(
              ZERO,
              "holds zero points, but quantization_config says symmetric true; use weights and"
                  + " configuration of one export");
        }
      }
    }
  }

  private static byte[] bytes(RawTensor tensor) {
    byte[] bytes = new byte[tensor.bytes().remaining()];
    tensor.bytes().get(bytes);
    return bytes;
  }

  /** Zeros in words [out / numbers per word, groups]. */
  private record PackedZeros(PackedWords words, int perRow) implements GroupValues {

    @Override
    public float at(int group) {
      return words.at(group % perRow, perRow, group / perRow);
    }

    @Override
    public long bytes() {
      return words.bytes();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      words.addTo(digest);
    }
  }
}
