package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.Checkpoint;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.checkpoint.OpenModel;
import dev.weft.finetune.checkpoint.RawTensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a checkpoint in the formats its file has them in, quantized or not. Nothing is
 * read before it is used; immutable and safe for concurrent use.
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

  private final Planes planes;
  private final Optional<WeightFormat> format;

  private QuantizedCheckpoint(Planes planes, Optional<WeightFormat> format) {
    this.planes = planes;
    this.format = format;
  }

  /**
   * What a model's files hold.
   *
   * @throws dev.weft.core.error.WeftException if they declare a format that Weft cannot read
   */
  public static QuantizedCheckpoint of(OpenModel files) {
    return of(files.weights(), files.quantization());
  }

  /**
   * @param quantizationConfig the object {@code quantization_config} of config.json, if there is
   *     one
   * @throws dev.weft.core.error.WeftException if it declares a format that Weft cannot read
   */
  public static QuantizedCheckpoint of(
      Checkpoint checkpoint, Optional<JsonNode> quantizationConfig) {
    Planes planes = new Planes(checkpoint);
    return new QuantizedCheckpoint(
        planes, quantizationConfig.map(config -> WeightFormat.of(config, planes)));
  }

  /**
   * The weight of a linear layer.
   *
   * @param name without ".weight"
   * @throws dev.weft.core.error.WeftException if it is missing, malformed or of another shape
   */
  public StoredMatrix linear(String name, int out, int in) {
    return format
        .flatMap(known -> known.find(planes, name, out, in))
        .orElseGet(() -> unquantized(name + WEIGHT, out, in));
  }

  /**
   * A table of rows, such as token embeddings or the output layer.
   *
   * @param name of the tensor, with ".weight" if it has one
   * @throws dev.weft.core.error.WeftException if it is missing, malformed or of another shape
   */
  public StoredMatrix table(String name, int rows, int columns) {
    return name.endsWith(WEIGHT)
        ? linear(name.substring(0, name.length() - WEIGHT.length()), rows, columns)
        : unquantized(name, rows, columns);
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return planes.has(name);
  }

  /**
   * A norm, bias or other small array as float32.
   *
   * @throws dev.weft.core.error.WeftException if it is missing, malformed or of another shape
   */
  public Tensor vector(String name, int... shape) {
    RawTensor tensor = planes.take(name, PLAIN);
    planes.requireShape(tensor, Tensor.zeros(shape).shape());
    return Tensor.of(new Elements(tensor).values(), shape);
  }

  private StoredMatrix unquantized(String name, int out, int in) {
    Set<ElementType> readable = EnumSet.copyOf(PLAIN);
    for (ElementType type : ElementType.values()) {
      if (GgmlBlocks.decoder(type).isPresent()) {
        readable.add(type);
      }
    }
    RawTensor tensor = planes.take(name, readable);
    planes.requireShape(tensor, List.of(out, in));
    return PLAIN.contains(tensor.type())
        ? new PlainMatrix(out, in, new Elements(tensor))
        : new GgmlMatrix(tensor.type(), out, in, tensor.bytes());
  }
}
