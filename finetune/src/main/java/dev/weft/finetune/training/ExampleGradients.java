package dev.weft.finetune.training;

import dev.weft.core.Text;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import java.util.Map;

/**
 * Gradients of single examples that passed the model together, not yet added up to those of their
 * lanes. Examples of a lane lie together, lanes in order, all lanes with the same number of rows.
 *
 * @param byTensor gradients of an example's own mean loss [lanes * rows, …], by the name of every
 *     trained tensor
 * @param lanes number of trainings side by side
 * @param weights what each row counts for in its lane's sum; at first its part of all that the
 *     lane's batch is asked, so that the sum is the gradient of the batch's mean loss; 0 for rows
 *     that only fill their lane
 */
public record ExampleGradients(Map<String, NativeArray> byTensor, int lanes, List<Double> weights) {

  public ExampleGradients {
    weights = List.copyOf(weights);
    if (lanes < 1 || weights.isEmpty() || weights.size() % lanes != 0) {
      throw new IllegalArgumentException(
          Text.format("weights: %d cannot be %d equal lanes", weights.size(), lanes));
    }
  }

  /** Rows of a lane. */
  public int rows() {
    return weights.size() / lanes;
  }

  /** The same gradients under other weights. */
  ExampleGradients with(List<Double> newWeights) {
    if (newWeights.size() != weights.size()) {
      throw new IllegalArgumentException(
          Text.format("weights: %d for %d examples", newWeights.size(), weights.size()));
    }
    return new ExampleGradients(byTensor, lanes, newWeights);
  }
}
