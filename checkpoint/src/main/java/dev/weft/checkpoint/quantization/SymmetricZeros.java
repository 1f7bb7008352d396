package dev.weft.checkpoint.quantization;

/** Zeros that say nothing: in a symmetric quantization all are the middle of the codes. */
final class SymmetricZeros {

  private SymmetricZeros() {}

  /** Whether all zeros are this number. */
  static boolean all(GroupValues zeros, int count, int middle) {
    for (int group = 0; group < count; group++) {
      if (zeros.at(group) != middle) {
        return false;
      }
    }
    return true;
  }
}
