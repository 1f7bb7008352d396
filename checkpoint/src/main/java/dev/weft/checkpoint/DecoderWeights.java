package dev.weft.checkpoint;

/** Checks that the arrays of a decoder are about as many and as large as its description says. */
final class DecoderWeights {

  private DecoderWeights() {}

  /**
   * @throws dev.weft.core.error.WeftException if layers are missing or the token table has another
   *     shape
   */
  static Checkpoint checked(Checkpoint weights, DecoderShape shape) {
    weights.tensor("model.embed_tokens.weight", shape.vocabulary(), shape.hidden());
    weights.tensor("model.norm.weight", shape.hidden());
    int last = shape.layers() - 1;
    shape.blocks().get(last).norms().names().stream()
        .filter(norm -> !norm.isEmpty())
        .forEach(norm -> weights.tensor(name(last, norm), shape.hidden()));
    return weights;
  }

  private static String name(int layer, String norm) {
    return "model.layers." + layer + "." + norm + ".weight";
  }
}
