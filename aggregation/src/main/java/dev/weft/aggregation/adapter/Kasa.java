package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.TailInit;
import dev.weft.core.adapter.ChainAdapter;

/**
 * KaSA: LoRA with trained singular values in place of the weight's smallest ones (methods.md A7).
 * The penalty that keeps the factors orthogonal is not part of our loss.
 */
final class Kasa {
  static final AdapterCard CARD =
      AdapterCard.of(
          "kasa",
          "A, B and singular values are trained in place of the smallest ones of the weight",
          "Wang et al., KaSA: knowledge-aware singular-value adaptation of large language models,"
              + " ICLR 2025",
          8,
          0.003,
          rank -> ChainAdapter.diagonalCore(rank, 2),
          TailInit.kasa());

  private Kasa() {}
}
