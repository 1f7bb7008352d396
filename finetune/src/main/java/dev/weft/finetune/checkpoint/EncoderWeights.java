package dev.weft.finetune.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The arrays of a BERT-type encoder under their bare names, such as {@code
 * encoder.layer.0.attention.self.query.weight}, whatever head they were saved under.
 */
final class EncoderWeights {
  /** Names of the first BERT, converted from TensorFlow; transformers reads them alike. */
  private static final Map<String, String> OLD_ENDINGS =
      Map.of("LayerNorm.gamma", "LayerNorm.weight", "LayerNorm.beta", "LayerNorm.bias");

  private EncoderWeights() {}

  /**
   * @throws dev.weft.core.error.WeftException if the tables do not have the configured shape
   */
  static Checkpoint of(Checkpoint stored, EncoderShape shape) {
    Map<String, Supplier<RawTensor>> tensors = new LinkedHashMap<>();
    for (String name : stored.names()) {
      String bare = bare(name);
      tensors.put(bare, () -> stored.find(name).orElseThrow().named(bare));
    }
    Checkpoint weights = new TensorTable(stored.source(), tensors);
    weights.tensor("embeddings.word_embeddings.weight", shape.vocabulary(), shape.hidden());
    weights.tensor(
        "embeddings.position_embeddings.weight",
        shape.positions() + shape.positionOffset(),
        shape.hidden());
    String last = "encoder.layer." + (shape.layers() - 1);
    weights.tensor(last + ".output.LayerNorm.weight", shape.hidden());
    return weights;
  }

  private static String bare(String name) {
    String bare = name;
    for (EncoderFamily family : EncoderFamily.values()) {
      bare = bare.startsWith(family.prefix()) ? bare.substring(family.prefix().length()) : bare;
    }
    for (Map.Entry<String, String> ending : OLD_ENDINGS.entrySet()) {
      if (bare.endsWith(ending.getKey())) {
        return bare.substring(0, bare.length() - ending.getKey().length()) + ending.getValue();
      }
    }
    return bare;
  }
}
