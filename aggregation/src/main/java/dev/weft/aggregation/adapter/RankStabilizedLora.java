package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.AdapterInit;

/**
 * LoRA with scale {@code alpha / sqrt r}, alpha 8, so that a larger rank learns as fast as a small
 * one (methods.md section 0).
 */
final class RankStabilizedLora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "rslora",
          "LoRA with scale 8/√r in place of alpha/r",
          "Kalajdzievski, A rank stabilization scaling factor for fine-tuning with LoRA, 2023",
          16,
          0.003,
          rank -> ChainAdapter.lora(rank, (float) (8 / Math.sqrt(rank))),
          AdapterInit.kaiming());

  private RankStabilizedLora() {}
}
