package dev.weft.core.metrics;

/** A score beside the loss. A model has those of its task; the most telling comes first. */
public enum Metric {
  /** Share of examples whose most likely class is right, in [0, 1]. */
  ACCURACY("accuracy", "accuracy", true),

  /** Mean over classes of the harmonic mean of precision and recall, in [0, 1]. */
  MACRO_F1("macro-F1", "macroF1", true),

  /** Exponential of the mean loss per token: as uncertain as among this many equal choices. */
  PERPLEXITY("perplexity", "perplexity", false),

  /** Share of tokens that are the most likely one after what precedes them, in [0, 1]. */
  TOKEN_ACCURACY("token accuracy", "tokenAccuracy", true);

  private final String label;
  private final String field;
  private final boolean higherIsBetter;

  Metric(String label, String field, boolean higherIsBetter) {
    this.label = label;
    this.field = field;
    this.higherIsBetter = higherIsBetter;
  }

  /** The name in tables and figures. */
  public String label() {
    return label;
  }

  /** The name in JSON. */
  public String field() {
    return field;
  }

  public boolean higherIsBetter() {
    return higherIsBetter;
  }
}
