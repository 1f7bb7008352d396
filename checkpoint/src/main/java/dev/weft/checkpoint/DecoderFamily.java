package dev.weft.checkpoint;

import java.util.List;

/**
 * A family of Llama-type decoders: what its files say, and what they leave to be known, of blocks
 * that {@link DecoderBlock} can describe. Another family is another implementation and its line in
 * {@link ModelFamilies}, or comes from a user's jar.
 */
public non-sealed interface DecoderFamily extends ModelFamily {

  /**
   * The blocks that {@code config.json} describes.
   *
   * @throws dev.weft.core.error.WeftException if it asks for what Weft would compute otherwise
   * @throws IllegalArgumentException if its numbers contradict each other
   */
  List<DecoderBlock> blocks(HuggingFaceDecoder config);

  /** The blocks that a GGUF file describes; throws likewise. */
  List<DecoderBlock> blocks(GgufDecoder file);

  /** {@code general.architecture} of its GGUF files. */
  default String ggufArchitecture() {
    return name();
  }

  /** Whether GGUF files hold query and key rows in the order of {@link RotaryRows}. */
  default boolean rowsPermutedInGguf() {
    return false;
  }

  /** Where its blocks norm, which says what the norms in GGUF files are called. */
  default DecoderBlock.Norms norms() {
    return DecoderBlock.Norms.BEFORE;
  }

  /** What {@code head_dim} is when the configuration leaves it out. */
  default int defaultHeadWidth(int hidden, int heads) {
    return hidden / heads;
  }

  /** Whether the output layer is the token table where the configuration does not say. */
  default boolean tiedByDefault() {
    return false;
  }

  /**
   * What is added to the gains of norms as Hugging Face files hold them; GGUF files hold the sum.
   */
  default double normOffset() {
    return 0;
  }

  /** What token embeddings are multiplied by. */
  default double embeddingScale(int hidden) {
    return 1;
  }
}
