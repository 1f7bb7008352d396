package dev.weft.finetune.checkpoint;

import dev.weft.core.Text;
import java.util.Collections;
import java.util.List;

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
 * @param windows sliding_window of every layer: how many tokens a token sees, itself included;
 *     {@code positions} where it sees all before it
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
    double embeddingScale,
    List<Integer> windows) {

  /** The gate's activation. */
  public enum Activation {
    SILU,
    GELU_TANH
  }

  public DecoderShape {
    windows = List.copyOf(windows);
    if (windows.size() != layers || windows.stream().anyMatch(window -> window < 1)) {
      throw new IllegalArgumentException(
          Text.format("windows: %s are not one from 1 for each of %d layers", windows, layers));
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          Text.format("heads: %d is not divisible by %d key-value heads", heads, keyValueHeads));
    }
    if (headWidth % 2 != 0) {
      throw new IllegalArgumentException("headWidth: must be even, got " + headWidth);
    }
  }

  /** A decoder whose tokens see all before them, in every layer. */
  public DecoderShape(
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
    this(
        layers,
        hidden,
        heads,
        keyValueHeads,
        headWidth,
        feedForward,
        vocabulary,
        positions,
        epsilon,
        rope,
        activation,
        tied,
        queryKeyValueBias,
        queryKeyNorm,
        normOffset,
        embeddingScale,
        Collections.nCopies(layers, positions));
  }
}
