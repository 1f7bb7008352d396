package dev.weft.core.method;

/**
 * What a client minimises: the mean loss of its examples plus the proximal term of FedProx, {@code
 * (mu/2) ‖w − w_global‖²} over the trained tensors (Li et al., "Federated optimization in
 * heterogeneous networks", MLSys 2020).
 *
 * @param proximalMu mu; 0 leaves the plain loss
 */
public record LocalObjective(double proximalMu) {

  public LocalObjective {
    if (!(proximalMu >= 0) || Double.isInfinite(proximalMu)) {
      throw new IllegalArgumentException(
          "proximalMu: must be finite and not negative, got " + proximalMu);
    }
  }

  /** The plain loss. */
  public static LocalObjective meanLoss() {
    return new LocalObjective(0);
  }
}
