package dev.weft.finetune;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.quantization.StoredMatrix;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.ModelWeights;

/**
 * Counts and digests a model as the engine would hold it, array by array and without keeping any.
 * The order of the digest is that of {@link dev.weft.finetune.transformer.FrozenTransformer}.
 */
final class HeldWeights {
  private final Digest.Builder digest = Digest.builder();
  private long parameters;
  private long bytes;
  private long quantizedParameters;
  private long quantizedBytes;

  private HeldWeights(Family family, ModelWeights weights) {
    digest.add(weights.scheme());
    table(family, weights, family.tokenTable());
    family.outside().forEach(parameter -> vector(weights, parameter));
    for (int layer = 0; layer < family.layers(); layer++) {
      family.linears(layer).forEach(site -> linear(site, weights));
      family.vectors(layer).forEach(parameter -> vector(weights, parameter));
    }
    family
        .language()
        .filter(language -> !language.outputTable().equals(family.tokenTable()))
        .ifPresent(language -> table(family, weights, language.outputTable()));
  }

  static ModelFacts facts(String name, Family family, ModelWeights weights) {
    HeldWeights held = new HeldWeights(family, weights);
    return new ModelFacts(
        name,
        held.parameters,
        weights.scheme(),
        8.0 * held.quantizedBytes / held.quantizedParameters,
        held.bytes,
        held.digest.build());
  }

  private void table(Family family, ModelWeights weights, String name) {
    matrix(name, weights.table(name, family.vocabulary(), family.hidden()));
  }

  private void linear(LinearSite site, ModelWeights weights) {
    StoredMatrix matrix = weights.linear(site);
    matrix(site.name(), matrix);
    quantizedParameters += (long) site.out() * site.in();
    quantizedBytes += matrix.bytes();
  }

  private void matrix(String name, StoredMatrix matrix) {
    digest.add(name);
    matrix.addTo(digest);
    parameters += (long) matrix.out() * matrix.in();
    bytes += matrix.bytes();
  }

  private void vector(ModelWeights weights, Family.Parameter parameter) {
    if (!parameter.name().isEmpty()) {
      Tensor values = weights.vector(parameter);
      digest.add(parameter.name()).add(values);
      parameters += values.size();
      bytes += (long) Float.BYTES * values.size();
    }
  }
}
