package dev.weft.finetune;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.Text;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.transformer.CheckpointWeights;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.ModelWeights;
import dev.weft.finetune.weights.Decomposer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The weights of a checkpoint, the adapted layers quantized in view of an adapter that will make up
 * for part of the error. The other layers are rounded plainly: nothing would make up for theirs.
 *
 * @param kernels with {@code quantization.py}
 */
record CorrectedWeights(
    CheckpointWeights plain, List<LinearSite> adapted, Decomposer decomposer, Kernels kernels)
    implements ModelWeights {

  /**
   * What a resolved configuration asks for.
   *
   * @throws WeftException if there is a correction and nothing to correct
   */
  static ModelWeights of(
      CheckpointWeights plain, ModelConfig config, List<LinearSite> adapted, Kernels kernels) {
    Optional<Decomposer> decomposer = Decomposer.of(config.correction());
    if (decomposer.isPresent() && !plain.format().rounds()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "model.correction.scheme: %s makes up for the quantization error, and"
                  + " model.quantization = %s makes none; set it to a format that rounds the"
                  + " weights, such as nf4",
              config.correction().scheme().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              plain.scheme()));
    }
    return decomposer.isEmpty()
        ? plain
        : new CorrectedWeights(plain, adapted, decomposer.get(), kernels);
  }

  @Override
  public String scheme() {
    return plain.scheme();
  }

  @Override
  public StoredMatrix linear(LinearSite site) {
    if (!adapted.contains(site)) {
      return plain.linear(site);
    }
    Tensor weights = plain.checkpoint().linear(site.name(), site.out(), site.in()).decode();
    return decomposer.decompose(kernels, weights, plain.format()).base();
  }

  @Override
  public StoredMatrix table(String name, int rows, int columns) {
    return plain.table(name, rows, columns);
  }

  @Override
  public Tensor vector(Family.Parameter parameter) {
    return plain.vector(parameter);
  }
}
