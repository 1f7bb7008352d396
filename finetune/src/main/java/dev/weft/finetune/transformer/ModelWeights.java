package dev.weft.finetune.transformer;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.tensor.Tensor;

/**
 * The arrays of one model, as they are to be held.
 *
 * <p>Every method throws a {@link dev.weft.core.error.WeftException} if the checkpoint does not
 * have the array, or not so.
 */
public interface ModelWeights {

  /** Name of the format that linear layers are held in, for people and the digest. */
  String scheme();

  /** A linear layer [out, in]. */
  StoredMatrix linear(LinearSite site);

  /** A table of rows that are looked up or scored, in the bytes of its file. */
  StoredMatrix table(String name, int rows, int columns);

  /** An unquantized array, its offset added. */
  Tensor vector(Family.Parameter parameter);
}
