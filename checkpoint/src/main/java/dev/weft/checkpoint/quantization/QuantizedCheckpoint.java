package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.JsonFile;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of a checkpoint in the formats its file has them in, quantized or not: all of a
 * layer's arrays or none, and finite numbers only. Nothing is read before it is used; immutable and
 * safe for concurrent use.
 */
public final class QuantizedCheckpoint {
  private static final String WEIGHT = ".weight";
  private static final Set<ElementType> PLAIN =
      EnumSet.of(
          ElementType.F32,
          ElementType.F16,
          ElementType.BF16,
          ElementType.F8_E4M3,
          ElementType.F8_E5M2);

  private static final Set<ElementType> FLOAT8 =
      EnumSet.of(ElementType.F8_E4M3, ElementType.F8_E5M2);

  private final Checkpoint checkpoint;
  private final NavigableSet<String> names;
  private final Optional<WeightFormat> format;

  private QuantizedCheckpoint(Checkpoint checkpoint, Optional<WeightFormat> format) {
    this.checkpoint = checkpoint;
    this.names = new TreeSet<>(checkpoint.names());
    this.format = format;
  }

  /**
   * What a model's files hold.
   *
   * @throws WeftException if they declare a format that Weft cannot read
   */
  public static QuantizedCheckpoint of(OpenModel files) {
    return of(files.weights(), files.quantization());
  }

  /**
   * @param quantizationConfig the object {@code quantization_config} of config.json, if there is
   *     one
   * @throws WeftException if it declares a format that Weft cannot read
   */
  public static QuantizedCheckpoint of(
      Checkpoint checkpoint, Optional<JsonFile> quantizationConfig) {
    return new QuantizedCheckpoint(checkpoint, quantizationConfig.map(WeightFormat::of));
  }

  /**
   * Compares the declared format with what is there as a whole; each layer is compared when it is
   * read.
   *
   * @param linears all linear layers of the model, without ".weight"
   * @throws WeftException if a format is declared and no layer is stored in any but its plain form
   */
  public void requireDeclaredFormat(List<String> linears) {
    if (format.filter(WeightFormat::leavesTraces).isPresent()
        && linears.stream().allMatch(this::isPlain)) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: config.json declares a quantization_config, but every linear layer is stored"
                  + " unquantized; take quantization_config out of config.json if they are meant"
                  + " so, or use the quantized weights",
              checkpoint.source()));
    }
  }

  private boolean isPlain(String linear) {
    return Set.of(linear + WEIGHT, linear + ".bias").containsAll(arraysOf(linear));
  }

  /**
   * The weight of a linear layer. Its numbers are looked through once.
   *
   * @param name without ".weight"
   * @throws WeftException if it is missing, malformed, of another shape, holds numbers that are not
   *     finite, or has arrays that would be left out
   */
  public StoredMatrix linear(String name, int out, int in) {
    Planes planes = new Planes(checkpoint, name, arraysOf(name));
    StoredMatrix matrix =
        format
            .flatMap(known -> known.find(planes, out, in))
            .orElseGet(() -> unquantized(planes, WEIGHT, out, in));
    planes.untaken().ifPresent(this::refuseLeftOver);
    return finite(name + WEIGHT, matrix);
  }

  /**
   * A table of rows, such as token embeddings or the output layer.
   *
   * @param name of the tensor, with ".weight" if it has one
   * @throws WeftException as {@link #linear}
   */
  public StoredMatrix table(String name, int rows, int columns) {
    return name.endsWith(WEIGHT)
        ? linear(name.substring(0, name.length() - WEIGHT.length()), rows, columns)
        : finite(name, unquantized(new Planes(checkpoint, name, Set.of()), "", rows, columns));
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return checkpoint.has(name);
  }

  /** The file that holds an array and its name there, as the subject of a message. */
  public String place(String name) {
    return checkpoint.place(name);
  }

  /**
   * A norm, bias or other small array as float32.
   *
   * @throws WeftException if it is missing, malformed, of another shape or holds numbers that are
   *     not finite
   */
  public Tensor vector(String name, int... shape) {
    Planes planes = new Planes(checkpoint, name, Set.of());
    RawTensor tensor = planes.take("", PLAIN);
    planes.requireShape("", tensor, Tensor.zeros(shape).shape());
    return Tensor.of(planes.finite("", tensor).values(), shape);
  }

  private StoredMatrix unquantized(Planes planes, String plane, int out, int in) {
    planes.untakenBeside(plane).ifPresent(this::refuseLeftOver);
    Set<ElementType> readable = EnumSet.copyOf(PLAIN);
    for (ElementType type : ElementType.values()) {
      if (GgmlBlocks.decoder(type).isPresent()) {
        readable.add(type);
      }
    }
    RawTensor tensor = planes.take(plane, readable);
    planes.requireShape(plane, tensor, List.of(out, in));
    if (format.isPresent() && FLOAT8.contains(tensor.type())) {
      throw planes.malformed(
          plane,
          "holds %s without the scale that quantization_config calls for; fetch the model again",
          tensor.type());
    }
    return PLAIN.contains(tensor.type())
        ? new PlainMatrix(out, in, new Elements(tensor))
        : new GgmlMatrix(tensor.type(), out, in, tensor.bytes());
  }

  /** All arrays of a layer. */
  private Set<String> arraysOf(String layer) {
    return names.subSet(layer + ".", layer + (char) ('.' + 1));
  }

  private StoredMatrix finite(String weight, StoredMatrix matrix) {
    OptionalLong found = matrix.firstNotFinite();
    if (found.isEmpty()) {
      return matrix;
    }
    int row = (int) (found.getAsLong() / matrix.in());
    float[] values = new float[matrix.in()];
    matrix.decodeRows(row, row + 1, values);
    throw Planes.notFinite(
        checkpoint.place(weight),
        values[(int) (found.getAsLong() % matrix.in())],
        found.getAsLong(),
        List.of(matrix.out(), matrix.in()));
  }

  private void refuseLeftOver(String name) {
    String reason =
        name.contains(".lora_")
            ? "it is part of an adapter; merge it into the model, or keep it in a folder of its own"
            : format.isPresent()
                ? "quantization_config of config.json declares a format without it; use weights and"
                    + " configuration of one export"
                : "nothing says how to read it; give config.json the quantization_config that the"
                    + " weights were saved with, or use another export";
    throw new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s would be left out: %s", checkpoint.place(name), reason));
  }
}
