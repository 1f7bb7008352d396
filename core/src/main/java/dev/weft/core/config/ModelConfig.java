package dev.weft.core.config;

import java.util.List;

/**
 * The frozen base model and what of it is adapted.
 *
 * @param layers numbers of the encoder layers that get an adapter, from 0; empty for all
 */
public record ModelConfig(
    String source,
    Quantization quantization,
    List<String> targets,
    List<Integer> layers,
    Head head,
    int maxTokens) {

  /** How frozen linear weights are held. */
  public enum Quantization {
    /** float32, for comparisons. */
    NONE,
    /** 4-bit NormalFloat, blocks of 64. */
    NF4,
    /** NF4 whose block scales are quantized too (QLoRA's double quantization). */
    NF4_DOUBLE
  }

  /** How the classification head starts. */
  public enum Head {
    /** All zero. */
    ZEROS,
    /** Fitted to the frozen model's embeddings of held-out public examples. */
    PUBLIC_EXAMPLES
  }

  public ModelConfig {
    Check.notBlank("source", source);
    targets = List.copyOf(targets);
    Check.that(!targets.isEmpty(), "targets", "needs at least one layer name", targets);
    targets.forEach(name -> Check.notBlank("targets", name));
    layers = List.copyOf(layers);
    layers.forEach(number -> Check.atLeast("layers", number, 0));
    Check.between("max-tokens", maxTokens, 4, 512);
  }
}
