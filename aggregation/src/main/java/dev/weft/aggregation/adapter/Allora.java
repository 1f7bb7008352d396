package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.AdapterInit;

/** ALLoRA: no scale, but rows of the product that are still small learn faster (methods.md A25). */
final class Allora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "allora",
          "LoRA without scale whose small rows learn faster",
          "Huang and Balestriero, ALLoRA: adaptive learning rate mitigates LoRA fatal flaws, 2024",
          8,
          0.003,
          rank -> new AlloraAdapter(ChainAdapter.lora(rank, 1), 1),
          AdapterInit.kaiming());

  private Allora() {}
}
