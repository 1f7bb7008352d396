package dev.weft.finetune.checkpoint;

import dev.weft.core.Text;

/**
 * The dimensions and variants of a Llama-type decoder, by the names of Hugging Face's {@code
 * config.json}.
 *
 * @param layers num_hidden_layers
 * @param hidden hidden_size
 * @param heads num_attention_heads
 * @param keyValueHeads num_key_value_heads; query heads share them in groups
 * @param headWidth head_dim
 * @param feedForward intermediate_size
 * @param vocabulary vocab_size
 * @param positions max_position_embeddings, in tokens
 * @param epsilon rms_norm_eps
 * @param rope rotary position embedding
 * @param activation hidden_act of the gated feed-forward
 * @param tied whether the output layer is the token table
 * @param queryKeyValueBias whether query, key and value have a bias (Qwen2)
 * @param queryKeyNorm whether query and key heads pass an RMSNorm of their own (Qwen3)
 * @param normOffset added to every RMSNorm gain: 1 for Gemma, else 0
 * @param embeddingScale what token embeddings are multiplied by: sqrt(hidden) for Gemma, else 1
 */
public record DecoderShape(
    int layers,
    int hidden,
    int heads,
    int keyValueHeads,
    int headWidth,
    int feedForward,
    int vocabulary,
    int positions,
    double epsilon,
    Rope rope,
    Activation activation,
    boolean tied,
    boolean queryKeyValueBias,
    boolean queryKeyNorm,
    double normOffset,
    double embeddingScale) {

  /** The gate's activation. */
  public enum Activation {
    SILU,
    GELU_TANH
  }

  public DecoderShape {
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          Text.format("heads: %d is not divisible by %d key-value heads", heads, keyValueHeads));
    }
    if (headWidth % 2 != 0) {
      throw new IllegalArgumentException("headWidth: must be even, got " + headWidth);
    }
  }
}
