package dev.weft.core.config;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The frozen base model and what of it is adapted.
 *
 * @param quantization name of the format that frozen linear weights are held in; empty for the
 *     model's own default
 * @param correction whether quantization counts on the adapter
 * @param targets last parts of the checkpoint names of linear layers; empty for the model's own
 *     default
 * @param layers numbers of the blocks that get an adapter, from 0, no number for all; empty for the
 *     model's own default
 * @param maxTokens empty for the model's own default
 * @param templateDate what a chat template takes for today; empty for the day of the run
 */
public record ModelConfig(
    String source,
    Optional<String> quantization,
    Correction correction,
    Optional<List<String>> targets,
    Optional<List<Integer>> layers,
    Head head,
    Optional<Integer> maxTokens,
    Optional<LocalDate> templateDate) {

  /**
   * How the adapted layers are quantized where a low-rank adapter will start as the leading part of
   * what quantization takes away.
   *
   * @param rank of that adapter
   * @param iterations in which quantizing and factoring alternate
   */
  public record Correction(Scheme scheme, int rank, int iterations) {

    /** Which of the two steps comes first. */
    public enum Scheme {
      /** Neither: every value is rounded to the nearest, whatever the adapter. */
      NONE,
      /** Quantizing. */
      LOFTQ,
      /** Factoring. */
      LQ_LORA
    }

    public Correction {
      Check.between("rank", rank, 1, 65536);
      Check.between("iterations", iterations, 1, 1000);
    }

    /** Plain rounding. */
    public static Correction none() {
      return new Correction(Scheme.NONE, 1, 1);
    }
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
    quantization.ifPresent(name -> Check.notBlank("quantization", name));
    targets = targets.map(List::copyOf);
    targets.ifPresent(
        names -> {
          Check.that(!names.isEmpty(), "targets", "needs at least one layer name", names);
          names.forEach(name -> Check.notBlank("targets", name));
        });
    layers = layers.map(List::copyOf);
    layers.ifPresent(numbers -> numbers.forEach(number -> Check.atLeast("layers", number, 0)));
    maxTokens.ifPresent(tokens -> Check.between("max-tokens", tokens, 4, 1 << 20));
  }

  /**
   * This model with room for an adapter on any of its layers. A corrected base stays as it is:
   * which layers are adapted decides what it holds.
   */
  public ModelConfig forAnyLayer() {
    return correction.scheme() == Correction.Scheme.NONE
        ? new ModelConfig(
            source,
            quantization,
            correction,
            Optional.empty(),
            Optional.of(List.of()),
            head,
            maxTokens,
            templateDate)
        : this;
  }
}
