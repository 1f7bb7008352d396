package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.AdapterInit;

/**
 * Block-LoRA: {@code s (B_1 + … + B_n) A}, several up-projections behind one A. Blocks that start
 * at zero get the same gradient and stay equal, so under AdamW, which does not see how large
 * gradients are, n of them are one of n times the scale (methods.md A12). The rank is that of A.
 */
final class BlockLora {
  private static final int BLOCKS = 4;

  static final AdapterCard CARD =
      AdapterCard.of(
          "block-lora",
          "four blocks of B share one A, which is LoRA with four times the scale",
          "Zhou et al., One head eight arms: block matrix based low rank adaptation for CLIP-based"
              + " few-shot learning, 2025",
          8,
          0.001,
          rank -> ChainAdapter.lora(rank, 2 * BLOCKS),
          AdapterInit.kaiming());

  private BlockLora() {}
}
