package dev.weft.benchmarks;

import dev.weft.finetune.torch.Profile;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the time of a training step is spent on. */
public enum StepPart {
  /** Scores, softmax and mixing of values, forward and backward; rotary embedding included. */
  ATTENTION,
  /** Products with frozen linear layers. */
  LINEAR,
  /** The adapter's own products, folding and gradients. */
  ADAPTER,
  /** The output layer or classifier, and the loss. */
  HEAD,
  /** Frozen weights from their held bytes to what products take. */
  DECODE,
  OPTIMIZER,
  /** Norms, activations, residual stream, embedding. */
  ELEMENTWISE,
  /** Everything that is not in a kernel. */
  OUTSIDE_KERNELS;

  private static final Map<String, StepPart> BY_FUNCTION = new HashMap<>();
  private static final Map<String, StepPart> BY_OPERATOR =
      Map.of(
          "aten::bmm", ATTENTION,
          "aten::softmax", ATTENTION,
          "aten::_softmax_backward_data", ATTENTION);

  static {
    put(
        ATTENTION,
        "llama_attention",
        "llama_attention_backward",
        "causal_probabilities",
        "by_head",
        "by_token");
    put(LINEAR, "linear", "affine", "linear_backward");
    put(
        ADAPTER,
        "add_beside",
        "plus",
        "plus_product",
        "plus_lane_product",
        "rows_times",
        "lane_cross",
        "join_to_lanes");
    put(
        HEAD,
        "pick",
        "put",
        "logits",
        "score_piece",
        "score_piece_backward",
        "losses_and_gradient",
        "times_rows",
        "pool",
        "pool_backward",
        "head_step");
    put(
        DECODE,
        "decode_bytes",
        "nested_scales",
        "widen",
        "widen_into",
        "as_bfloat16",
        "rounded_to_bfloat16");
    put(OPTIMIZER, "adamw", "add_proximal", "add_weighted", "lane_sums");
  }

  private static void put(StepPart part, String... functions) {
    for (String function : functions) {
      BY_FUNCTION.put(function, part);
    }
  }

  /** How the time that was watched divides; the shares sum to 1. */
  static Map<StepPart, Double> shares(Profile profile) {
    Map<StepPart, Double> seconds = profile.secondsBy(StepPart::of);
    double inKernels = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    seconds.put(OUTSIDE_KERNELS, profile.seconds() - inKernels);
    Map<StepPart, Double> shares = new EnumMap<>(StepPart.class);
    for (StepPart part : values()) {
      shares.put(part, seconds.getOrDefault(part, 0.0) / profile.seconds());
    }
    return shares;
  }

  /** The kernel functions that say what they are for. */
  static Iterable<String> functions() {
    return BY_FUNCTION.keySet();
  }

  /**
   * What a call is for: the innermost kernel function that says so, else the outermost operator.
   *
   * @param names of the calls it is inside of, outermost first, and its own last
   */
  static StepPart of(List<String> names) {
    for (int i = names.size() - 1; i >= 0; i--) {
      StepPart part = BY_FUNCTION.get(names.get(i));
      if (part != null) {
        return part;
      }
    }
    return names.stream()
        .filter(BY_OPERATOR::containsKey)
        .findFirst()
        .map(BY_OPERATOR::get)
        .orElse(ELEMENTWISE);
  }
}
