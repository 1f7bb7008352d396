package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.CornerInit;
import dev.weft.core.adapter.ChainAdapter;

/**
 * NLoRA: rows and columns of the weight and the inverse of their corner, all trained (methods.md
 * A5).
 */
final class Nlora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "nlora",
          "as structured-lora, starting as the Nyström approximation of the weight",
          "Guo et al., NLoRA: Nyström-initiated low-rank adaptation for large language models,"
              + " 2025",
          8,
          2e-4,
          rank -> ChainAdapter.fullCore(rank, 1),
          CornerInit.nystrom());

  private Nlora() {}
}
