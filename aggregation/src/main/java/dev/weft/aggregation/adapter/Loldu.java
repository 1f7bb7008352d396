package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.TriangularInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;

/** LoLDU: r entries of the diagonal of {@code W = P L D U} are trained (methods.md A8). */
final class Loldu {
  static final AdapterCard CARD =
      AdapterCard.of(
          "loldu",
          "r numbers per layer, the first pivots of the triangular decomposition of the weight",
          "Shi et al., LoLDU: low-rank adaptation via lower-diag-upper decomposition for"
              + " parameter-efficient fine-tuning, 2024",
          64,
          0.003,
          rank -> ChainAdapter.diagonalCore(rank, 1).training(Part.CORE),
          TriangularInit.loldu());

  private Loldu() {}
}
