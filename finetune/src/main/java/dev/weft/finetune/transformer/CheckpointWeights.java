package dev.weft.finetune.transformer;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.quantization.QuantScheme;
import dev.weft.finetune.quantization.QuantizedCheckpoint;
import dev.weft.finetune.quantization.StoredMatrix;

/**
 * The weights of a checkpoint, linear layers put into a format.
 *
 * @param format of the linear layers; tables and vectors stay as the file has them
 */
public record CheckpointWeights(QuantizedCheckpoint checkpoint, QuantScheme format)
    implements ModelWeights {

  @Override
  public String scheme() {
    return format.name();
  }

  @Override
  public StoredMatrix linear(LinearSite site) {
    return format.hold(checkpoint.linear(site.name(), site.out(), site.in()));
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
