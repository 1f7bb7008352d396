package dev.weft.checkpoint;

import dev.weft.core.Text;
import java.util.Collections;
import java.util.List;

/**
 * One block of a decoder: what may differ from block to block and from family to family.
 *
 * @param window sliding_window: how many tokens a token sees, itself included; the model's
 *     positions where it sees all before it
 * @param rope rotary position embedding
 * @param attentionScale what products of queries and keys are multiplied by: head_dim^-0.5 unless
 *     the family says otherwise
 * @param norms where the residual stream is normed
 * @param queryKeyNorm over what queries and keys are normed
 * @param queryKeyValueBias whether query, key and value have a bias
 * @param activation hidden_act of the gated feed-forward
 */
public record DecoderBlock(
    int window,
    Rope rope,
    double attentionScale,
    Norms norms,
    QueryKeyNorm queryKeyNorm,
    boolean queryKeyValueBias,
    Activation activation) {

  /** The RMSNorms of a block, by what checkpoints call them. */
  public enum Norms {
    /** Of what enters attention and feed-forward (Llama). */
    BEFORE("input_layernorm", "", "post_attention_layernorm", ""),
    /** Of what enters and of what leaves them (Gemma 3). */
    AROUND(
        "input_layernorm",
        "post_attention_layernorm",
        "pre_feedforward_layernorm",
        "post_feedforward_layernorm"),
    /** Of what leaves them (OLMo 2). */
    AFTER("", "post_attention_layernorm", "", "post_feedforward_layernorm");

    private final String beforeAttention;
    private final String afterAttention;
    private final String beforeFeedForward;
    private final String afterFeedForward;

    Norms(
        String beforeAttention,
        String afterAttention,
        String beforeFeedForward,
        String afterFeedForward) {
      this.beforeAttention = beforeAttention;
      this.afterAttention = afterAttention;
      this.beforeFeedForward = beforeFeedForward;
      this.afterFeedForward = afterFeedForward;
    }

    /** Before and after attention, before and after the feed-forward; empty where there is none. */
    public List<String> names() {
      return List.of(beforeAttention, afterAttention, beforeFeedForward, afterFeedForward);
    }
  }

  /** Over what the RMSNorm of queries and keys goes. */
  public enum QueryKeyNorm {
    NONE,
    /** Every head by itself, with one gain for all (Qwen3, Gemma 3). */
    HEAD,
    /** All heads of a token together (OLMo 2). */
    TOKEN
  }

  /** The gate's activation. */
  public enum Activation {
    SILU,
    GELU_TANH
  }

  public DecoderBlock {
    if (window < 1) {
      throw new IllegalArgumentException("window: must be at least 1, got " + window);
    }
    if (!(attentionScale > 0 && Double.isFinite(attentionScale))) {
      throw new IllegalArgumentException(Text.format("attentionScale: %s", attentionScale));
    }
  }

  /** A block of a Llama, whose tokens see all before them. */
  public static DecoderBlock llama(int positions, Rope rope) {
    return new DecoderBlock(
        positions,
        rope,
        Math.pow(rope.headWidth(), -0.5),
        Norms.BEFORE,
        QueryKeyNorm.NONE,
        false,
        Activation.SILU);
  }

  /** So many blocks like this one. */
  public List<DecoderBlock> times(int layers) {
    return Collections.nCopies(layers, this);
  }

  public DecoderBlock withWindow(int tokens) {
    return new DecoderBlock(
        tokens, rope, attentionScale, norms, queryKeyNorm, queryKeyValueBias, activation);
  }

  public DecoderBlock withAttentionScale(double scale) {
    return new DecoderBlock(
        window, rope, scale, norms, queryKeyNorm, queryKeyValueBias, activation);
  }

  public DecoderBlock withNorms(Norms placed) {
    return new DecoderBlock(
        window, rope, attentionScale, placed, queryKeyNorm, queryKeyValueBias, activation);
  }

  public DecoderBlock withQueryKeyNorm(QueryKeyNorm over) {
    return new DecoderBlock(
        window, rope, attentionScale, norms, over, queryKeyValueBias, activation);
  }

  public DecoderBlock withQueryKeyValueBias() {
    return new DecoderBlock(window, rope, attentionScale, norms, queryKeyNorm, true, activation);
  }

  public DecoderBlock withActivation(Activation gate) {
    return new DecoderBlock(
        window, rope, attentionScale, norms, queryKeyNorm, queryKeyValueBias, gate);
  }
}
