package dev.weft.finetune.checkpoint;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The weights of a BERT-type encoder under their Hugging Face names, linear weights as {@code [out,
 * in]}.
 *
 * @param name of the model, for people
 * @param source where it was read, for messages
 */
public record EncoderCheckpoint(
    String name, String source, EncoderShape shape, Map<String, Tensor> tensors) {

  public EncoderCheckpoint {
    tensors = Map.copyOf(tensors);
  }

  /**
   * @throws WeftException if the file has no such tensor or another shape
   */
  public Tensor tensor(String tensorName, int... expected) {
    Tensor tensor = tensors.get(tensorName);
    if (tensor == null) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          "%s: has no tensor %s; a BERT-type encoder is needed".formatted(source, tensorName));
    }
    List<Integer> wanted = Tensor.zeros(expected).shape();
    if (!tensor.shape().equals(wanted)) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          "%s: tensor %s has the shape %s where %s is needed"
              .formatted(source, tensorName, tensor.shape(), wanted));
    }
    return tensor;
  }
}
