package dev.weft.checkpoint;

/**
 * Rotary embeddings in the words of a {@code config.json}.
 *
 * @param file the whole description
 * @param positions max_position_embeddings
 */
public record HuggingFaceRope(JsonFile file, int headWidth, int positions) {
  private static final String THETA = "rope_theta";
  private static final String SHARE = "partial_rotary_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";

  /** The one of a model that has one; where it is described has changed over the years. */
  public Rope only() {
    return of(
        file.object(file.has("rope_parameters") ? "rope_parameters" : "rope_scaling"),
        file.positive(THETA, 10_000));
  }

  /**
   * @param scaling what says how it is scaled, and may say its base wavelength
   * @param theta base wavelength if it does not
   */
  public Rope of(JsonFile scaling, double theta) {
    double base = scaling.positive(THETA, theta);
    double share = scaling.number(SHARE, file.number(SHARE, 1));
    if (share != 1) {
      throw file.unsupported(SHARE + " " + share, "only rotation of whole heads");
    }
    double original = file.positive(ORIGINAL, scaling.positive(ORIGINAL, positions));
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    Rope plain = Rope.plain(base, headWidth);
    return switch (type) {
      // Up to max_position_embeddings, which the engine never exceeds, dynamic NTK changes nothing.
      case "default", "dynamic" -> plain;
      case "linear" -> plain.linear(factor(scaling));
      case "llama3" ->
          plain.llama3(
              factor(scaling),
              scaling.positive("low_freq_factor", 1),
              scaling.positive("high_freq_factor", 4),
              original);
      case "yarn" -> Rope.yarn(base, headWidth, yarn(scaling, original));
      default ->
          throw file.unsupported("rope_type " + type, "default, dynamic, linear, llama3 and yarn");
    };
  }

  private static double factor(JsonFile scaling) {
    if (!scaling.has("factor")) {
      throw scaling.bad("scales rotary positions but does not say factor");
    }
    return scaling.positive("factor", 1);
  }

  private Rope.Yarn yarn(JsonFile scaling, double original) {
    double factor = scaling.positive("factor", positions / original);
    double weight = scaling.number("mscale", 0);
    double weightAll = scaling.number("mscale_all_dim", 0);
    double recommended =
        weight != 0 && weightAll != 0
            ? Rope.Yarn.recommended(factor, weight) / Rope.Yarn.recommended(factor, weightAll)
            : Rope.Yarn.recommended(factor, 1);
    return new Rope.Yarn(
        factor,
        original,
        scaling.positive("beta_fast", 32),
        scaling.positive("beta_slow", 1),
        scaling.flag("truncate", true),
        scaling.number("attention_factor", recommended));
  }
}
