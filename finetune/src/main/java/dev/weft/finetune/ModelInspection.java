package dev.weft.finetune;

import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.config.ModelConfig;
import dev.weft.finetune.transformer.CheckpointWeights;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.MemoryNeed;
import dev.weft.finetune.transformer.ModelWalk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model's files hold, and what the engine would, without bringing it there.
 *
 * @param model its files
 * @param weights the same, with how linear layers would be held
 * @param formats of linear layers in the files, the most weights first
 * @param tensors every array of the files, in their order
 */
public record ModelInspection(
    OpenModel model, CheckpointWeights weights, List<Format> formats, List<RawTensor> tensors) {

  /**
   * Linear layers of one format.
   *
   * @param scheme name of the format
   */
  public record Format(String scheme, int layers, long weights, long bytes) {

    public double bitsPerWeight() {
      return 8.0 * bytes / weights;
    }

    private Format plus(StoredMatrix matrix) {
      return new Format(
          scheme, layers + 1, weights + (long) matrix.out() * matrix.in(), bytes + matrix.bytes());
    }
  }

  public ModelInspection {
    formats = List.copyOf(formats);
    tensors = List.copyOf(tensors);
  }

  /**
   * @param config how it would be held
   * @throws dev.weft.core.error.WeftException if linear layers are missing or in a format Weft does
   *     not read
   */
  public static ModelInspection of(OpenModel model, ModelConfig config) {
    Family family = Families.of(model.architecture());
    QuantScheme scheme =
        QuantSchemes.named(
            ModelDefaults.resolve(config, model.architecture()).quantization().orElseThrow());
    CheckpointWeights weights = CheckpointWeights.of(model, family, scheme);
    Map<String, Format> formats = new LinkedHashMap<>();
    for (int layer = 0; layer < family.layers(); layer++) {
      for (LinearSite site : family.linears(layer)) {
        StoredMatrix matrix = weights.checkpoint().linear(site.name(), site.out(), site.in());
        String name = matrix.scheme();
        formats.put(name, formats.getOrDefault(name, new Format(name, 0, 0, 0)).plus(matrix));
      }
    }
    List<Format> byWeights = new ArrayList<>(formats.values());
    byWeights.sort((a, b) -> Long.compare(b.weights(), a.weights()));
    return new ModelInspection(
        model,
        weights,
        byWeights,
        model.weights().names().stream()
            .map(tensor -> model.weights().find(tensor).orElseThrow())
            .toList());
  }

  /** Bytes of all arrays of the files. */
  public long bytes() {
    return tensors.stream().mapToLong(tensor -> tensor.bytes().remaining()).sum();
  }

  /** What {@link BaseModel#facts} of this model would be. Reads every weight. */
  public ModelFacts facts() {
    return ModelFacts.of(model.name(), weights.scheme(), ModelWalk.holding(family(), weights));
  }

  /** What one training step takes beside the model. */
  public MemoryNeed memory(int examples, int length) {
    return MemoryNeed.of(family(), family().layers(), examples, length);
  }

  private Family family() {
    return Families.of(model.architecture());
  }
}
