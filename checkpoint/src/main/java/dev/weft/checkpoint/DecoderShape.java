package dev.weft.checkpoint;

import dev.weft.core.Text;
import java.util.List;

/**
 * The dimensions of a Llama-type decoder, by the names of Hugging Face's {@code config.json}, and
 * its blocks.
 *
 * @param hidden hidden_size
 * @param heads num_attention_heads
 * @param keyValueHeads num_key_value_heads; query heads share them in groups
 * @param headWidth head_dim
 * @param feedForward intermediate_size
 * @param vocabulary vocab_size
 * @param positions max_position_embeddings, in tokens
 * @param epsilon rms_norm_eps
 * @param tied whether the output layer is the token table
 * @param normOffset added to every RMSNorm gain: 1 for Gemma, else 0
 * @param embeddingScale what token embeddings are multiplied by: sqrt(hidden) for Gemma, else 1
 * @param blocks from the lowest
 */
public record DecoderShape(
    int hidden,
    int heads,
    int keyValueHeads,
    int headWidth,
    int feedForward,
    int vocabulary,
    int positions,
    double epsilon,
    boolean tied,
    double normOffset,
    double embeddingScale,
    List<DecoderBlock> blocks) {

  public DecoderShape {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("blocks: a decoder has at least one");
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          Text.format("heads: %d is not divisible by %d key-value heads", heads, keyValueHeads));
    }
    if (headWidth % 2 != 0) {
      throw new IllegalArgumentException("headWidth: must be even, got " + headWidth);
    }
    for (DecoderBlock block : blocks) {
      if (block.rope().headWidth() != headWidth) {
        throw new IllegalArgumentException(
            Text.format(
                "blocks: a rope over %d dimensions turns no heads of %d",
                block.rope().headWidth(), headWidth));
      }
    }
  }

  /** A model that is all Llama. */
  public static DecoderShape llama(
      int hidden,
      int heads,
      int keyValueHeads,
      int feedForward,
      int vocabulary,
      int positions,
      Rope rope,
      int layers) {
    return new DecoderShape(
        hidden,
        heads,
        keyValueHeads,
        rope.headWidth(),
        feedForward,
        vocabulary,
        positions,
        1e-5,
        true,
        0,
        1,
        DecoderBlock.llama(positions, rope).times(layers));
  }

  /** num_hidden_layers. */
  public int layers() {
    return blocks.size();
  }
}
