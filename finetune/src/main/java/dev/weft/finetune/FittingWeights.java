package dev.weft.finetune;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.ModelWeights;

/** Weights of a model, refused at the first that does not fit beside those before it. */
final class FittingWeights implements ModelWeights {
  private final ModelWeights weights;
  private final ProcessMemory memory;
  private long taken;

  FittingWeights(ModelWeights weights, ProcessMemory memory) {
    this.weights = weights;
    this.memory = memory;
  }

  @Override
  public String scheme() {
    return weights.scheme();
  }

  @Override
  public StoredMatrix linear(LinearSite site) {
    return fitting(weights.linear(site));
  }

  @Override
  public StoredMatrix table(String name, int rows, int columns) {
    return fitting(weights.table(name, rows, columns));
  }

  @Override
  public Tensor vector(Family.Parameter parameter) {
    return weights.vector(parameter);
  }

  private StoredMatrix fitting(StoredMatrix matrix) {
    taken += matrix.bytes();
    if (taken > memory.room()) {
      throw memory.noRoomForModel();
    }
    return matrix;
  }
}
