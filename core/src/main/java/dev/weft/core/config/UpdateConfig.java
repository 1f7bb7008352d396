package dev.weft.core.config;

/** How updates become integers. */
public record UpdateConfig(int fractionBits) {
  public UpdateConfig {
    Check.between("fraction-bits", fractionBits, 8, 30);
  }
}
