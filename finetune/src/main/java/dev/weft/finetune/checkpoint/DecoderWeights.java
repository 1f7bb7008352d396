package dev.weft.finetune.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that the arrays of a decoder are those that its description announces. */
final class DecoderWeights {
  private static final Pattern BIAS =
      Pattern.compile("model\\.layers\\.\\d+\\.(self_attn|mlp)\\.([a-z]+)_proj\\.bias");
  private static final Pattern QUERY_KEY_VALUE = Pattern.compile("[qkv]");

  private DecoderWeights() {}

  /**
   * @throws WeftException if layers are missing or left over, the token table has another shape, or
   *     a linear layer has a bias that the engine would leave out
   */
  static Checkpoint checked(Checkpoint weights, DecoderShape shape) {
    weights.tensor("model.embed_tokens.weight", shape.vocabulary(), shape.hidden());
    weights.tensor("model.norm.weight", shape.hidden());
    weights.tensor(layer(shape.layers() - 1) + "input_layernorm.weight", shape.hidden());
    String beyond = layer(shape.layers());
    for (String name : weights.names()) {
      if (name.startsWith(beyond)) {
        throw new WeftException(
            Problem.BAD_CHECKPOINT,
            Text.format(
                    "%s: holds %s, but the model's configuration announces %d layers; use weights"
                        + " and",
                    weights.source(), name, shape.layers())
                + " configuration of one model");
      }
      if (isStrangeBias(name, shape) && !isZero(weights.find(name).orElseThrow())) {
        throw new WeftException(
            Problem.UNSUPPORTED_MODEL,
            Text.format(
                    "%s: holds the bias %s, which decoders of this type do not have in Weft; use a"
                        + " model",
                    weights.source(), name)
                + " without it");
      }
    }
    return weights;
  }

  private static String layer(int number) {
    return "model.layers." + number + ".";
  }

  private static boolean isStrangeBias(String name, DecoderShape shape) {
    Matcher bias = BIAS.matcher(name);
    return bias.matches()
        && !(shape.queryKeyValueBias() && QUERY_KEY_VALUE.matcher(bias.group(2)).matches());
  }

  /** GPTQ files often carry biases that are all zero. */
  private static boolean isZero(RawTensor tensor) {
    ByteBuffer bytes = tensor.bytes();
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }
}
