package dev.weft.privacy.secagg.graph;

import dev.weft.core.Text;

/**
 * What a session is to withstand. Shares are in thousandths, so that every site counts alike.
 *
 * @param colluding γ: of the sites, in league with the coordinator
 * @param dropouts δ: of the sites, lost within the session
 */
public record Threat(Adversary adversary, int colluding, int dropouts) {
  public static final int WHOLE = 1000;

  /** A coordinator that may lie, a tenth of the sites in league with it, and three tenths lost. */
  public static final Threat DEFAULT = new Threat(Adversary.SEMI_MALICIOUS, 100, 300);

  public Threat {
    requireShare("colluding", colluding);
    requireShare("dropouts", dropouts);
  }

  private static void requireShare(String name, int share) {
    if (share < 0 || share >= WHOLE) {
      throw new IllegalArgumentException(
          Text.format("%s: must be 0 to %d thousandths, got %d", name, WHOLE - 1, share));
    }
  }

  /** ⌊γ n⌋. */
  int colludingOf(int sites) {
    return (int) ((long) colluding * sites / WHOLE);
  }

  /** ⌊δ n⌋. */
  int dropoutsOf(int sites) {
    return (int) ((long) dropouts * sites / WHOLE);
  }
}
