package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

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
   * @throws WeftException if the tables do not have the configured shape
   */
  static Checkpoint of(Checkpoint stored, EncoderShape shape) {
    List<String> prefixes = ModelFamilies.encoders().map(EncoderFamily::prefix).distinct().toList();
    Map<String, String> storedNames = new LinkedHashMap<>();
    for (String name : stored.names()) {
      String twin = storedNames.put(bare(name, prefixes), name);
      if (twin != null) {
        throw new WeftException(
            Problem.BAD_CHECKPOINT,
            Text.format(
                "%s stands for the same weights as %s; keep one of them in the file",
                stored.place(name), twin));
      }
    }
    Checkpoint weights = new RenamedTensors(stored, storedNames, UnaryOperator.identity());
    weights.tensor("embeddings.word_embeddings.weight", shape.vocabulary(), shape.hidden());
    weights.tensor(
        "embeddings.position_embeddings.weight",
        shape.positions() + shape.positionOffset(),
        shape.hidden());
    String last = "encoder.layer." + (shape.layers() - 1);
    weights.tensor(last + ".output.LayerNorm.weight", shape.hidden());
    return weights;
  }

  private static String bare(String name, List<String> prefixes) {
    String bare = name;
    for (String prefix : prefixes) {
      bare = bare.startsWith(prefix) ? bare.substring(prefix.length()) : bare;
    }
    for (Map.Entry<String, String> ending : OLD_ENDINGS.entrySet()) {
      if (bare.endsWith(ending.getKey())) {
        return bare.substring(0, bare.length() - ending.getKey().length()) + ending.getValue();
      }
    }
    return bare;
  }
}
