package dev.weft.aggregation.method;

import dev.weft.core.adapter.AdapterForm;

/**
 * How the global change of a round relates to the clients' weighted mean change {@code Σ p_k s B_k
 * C_k A_k} (methods.md fact 1), but for rounding.
 */
public enum Exactness {
  /** Equal to it, for any ranks the method accepts. */
  EXACT("yes"),
  /**
   * Equal to it for clients of one rank. With mixed ranks an entry is the mean over the clients
   * that own it, which is not their share of the sum.
   */
  EXACT_FOR_EQUAL_RANKS("yes, for equal ranks"),
  /** Its best approximation of the adapter's rank. */
  BEST_OF_RANK("up to truncation"),
  /** Not equal to it; the error is reported every round. */
  APPROXIMATE("no");

  private final String label;

  Exactness(String label) {
    this.label = label;
  }

  /** That of a mean over the trained tensors (methods.md fact 1). */
  public static Exactness ofMean(AdapterForm form) {
    return form.affine() ? EXACT_FOR_EQUAL_RANKS : APPROXIMATE;
  }

  /** As tables print it. */
  public String label() {
    return label;
  }
}
