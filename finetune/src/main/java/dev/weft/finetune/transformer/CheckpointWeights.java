package dev.weft.finetune.transformer;

import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of a checkpoint, linear layers put into a format.
 *
 * @param format of the linear layers; tables and vectors stay as the file has them
 */
public record CheckpointWeights(QuantizedCheckpoint checkpoint, QuantScheme format)
    implements ModelWeights {

  /**
   * A model's files, found to hold what the family reads and no more of it.
   *
   * @throws WeftException if they do not, or declare a format they are not in
   */
  public static CheckpointWeights of(OpenModel files, Family family, QuantScheme format) {
    UnreadTensors.refuse(family, files.weights());
    QuantizedCheckpoint checkpoint = QuantizedCheckpoint.of(files);
    checkpoint.requireDeclaredFormat(
        IntStream.range(0, family.layers())
            .mapToObj(family::linears)
            .flatMap(List::stream)
            .map(LinearSite::name)
            .toList());
    return new CheckpointWeights(checkpoint, format);
  }

  @Override
  public String scheme() {
    return format.name();
  }

  /**
   * @throws WeftException as well if the format cannot hold one of the values
   */
  @Override
  public StoredMatrix linear(LinearSite site) {
    StoredMatrix stored = checkpoint.linear(site.name(), site.out(), site.in());
    StoredMatrix held = format.hold(stored);
    boolean converted = held != stored;
    if (converted && held.firstNotFinite().isPresent()) {
      throw new WeftException(
          Problem.NON_FINITE_WEIGHT,
          Text.format(
              "%s has values too large for model.quantization = %s; set it to none or nf4",
              checkpoint.place(site.name() + ".weight"), format.name()));
    }
    return held;
  }

  @Override
  public StoredMatrix table(String name, int rows, int columns) {
    return checkpoint.table(name, rows, columns);
  }

  @Override
  public Tensor vector(Family.Parameter parameter) {
    Tensor values =
        checkpoint.vector(
            parameter.name(), parameter.shape().stream().mapToInt(Integer::intValue).toArray());
    if (parameter.offset() == 0) {
      return values;
    }
    float[] shifted = values.toArray();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += (float) parameter.offset();
    }
    return Tensor.of(shifted, values.shapeArray());
  }
}
