package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;

/**
 * LoRA-GA: LoRA whose first step follows the full gradient, as public examples give it (methods.md
 * A17). The scale is rank-stabilised.
 */
final class LoraGa {
  static final AdapterCard CARD =
      AdapterCard.of(
          "lora-ga",
          "LoRA that starts along singular vectors of a public gradient",
          "Wang et al., LoRA-GA: low-rank adaptation with gradient approximation, NeurIPS 2024",
          8,
          0.001,
          rank -> ChainAdapter.lora(rank, (float) (8 / Math.sqrt(rank))),
          SingularInit.gradientAligned());

  private LoraGa() {}
}
