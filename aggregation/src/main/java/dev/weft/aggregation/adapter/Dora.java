package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.MagnitudeInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;

/**
 * DoRA: LoRA gives the directions of the rows, a trained magnitude their lengths (methods.md A2).
 */
final class Dora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "dora",
          "LoRA turns the rows of the weight, a trained magnitude stretches them",
          "Liu et al., DoRA: weight-decomposed low-rank adaptation, ICML 2024",
          8,
          0.003,
          rank -> new DoraAdapter(ChainAdapter.lora(rank, 2)),
          MagnitudeInit.rowNorms());

  private Dora() {}
}
