package dev.weft.finetune.checkpoint;

import dev.weft.finetune.checkpoint.DecoderShape.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The Llama-type decoders and what sets each apart. */
public enum DecoderFamily {
  /** Llama 1 to 3, SmolLM, TinyLlama and all who kept the name. */
  LLAMA,
  MISTRAL,
  /** Qwen 1.5 and 2.5 go by this name too. */
  QWEN2,
  QWEN3,
  /** The first Gemma; its successors norm and attend differently. */
  GEMMA;

  /** The dimensions that every description of a decoder gives. */
  record Dimensions(
      int layers,
      int hidden,
      int heads,
      int keyValueHeads,
      int headWidth,
      int feedForward,
      int vocabulary,
      int positions,
      double epsilon) {}

  /**
   * The family that {@code model_type} or {@code general.architecture} names. GGUF files of a
   * Mistral call it a Llama, which on disk it is.
   */
  static Optional<DecoderFamily> of(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType().equals(modelType)).findAny();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(DecoderFamily::modelType).toList();
  }

  /** {@code model_type} in {@code config.json}. */
  public String modelType() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What {@code head_dim} is when the configuration leaves it out. */
  int defaultHeadWidth(int hidden, int heads) {
    return switch (this) {
      case QWEN3 -> 128;
      case GEMMA -> 256;
      default -> hidden / heads;
    };
  }

  /** Whether query, key and value have a bias. */
  boolean queryKeyValueBias() {
    return this == QWEN2;
  }

  /** Whether the output layer is the token table where the configuration does not say. */
  boolean tiedByDefault() {
    return this == GEMMA;
  }

  /** {@code general.architecture} of its GGUF files. */
  String ggufArchitecture() {
    return this == MISTRAL ? LLAMA.modelType() : modelType();
  }

  /** Whether GGUF files hold query and key rows in the order of {@link RotaryRows}. */
  boolean rowsPermutedInGguf() {
    return this == LLAMA || this == MISTRAL;
  }

  /** What is added to the gains of norms as Hugging Face files hold them. */
  double normOffset() {
    return this == GEMMA ? 1 : 0;
  }

  /**
   * @param windows of every layer, as {@link DecoderShape} has them
   * @throws IllegalArgumentException if the dimensions contradict each other
   */
  DecoderShape shape(
      Dimensions dimensions, Rope rope, boolean tied, double normOffset, List<Integer> windows) {
    boolean gemma = this == GEMMA;
    return new DecoderShape(
        dimensions.layers(),
        dimensions.hidden(),
        dimensions.heads(),
        dimensions.keyValueHeads(),
        dimensions.headWidth(),
        dimensions.feedForward(),
        dimensions.vocabulary(),
        dimensions.positions(),
        dimensions.epsilon(),
        rope,
        gemma ? Activation.GELU_TANH : Activation.SILU,
        tied,
        queryKeyValueBias(),
        this == QWEN3,
        normOffset,
        gemma ? Math.sqrt(dimensions.hidden()) : 1,
        windows);
  }
}
