package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.method.AdapterInit;

/**
 * HiRA: a pair of factors multiplies the weight entry by entry, so a small pair makes a change of
 * high rank. What it changes is relative to the weights, which are about 5e-2 in size; a scale of
 * 16, where the paper has 1, lets it share the learning rate of the other adapters.
 */
final class Hira {
  static final AdapterCard CARD =
      AdapterCard.of(
          "hira",
          "A and B multiply the weight in place of being added to it",
          "Huang et al., HiRA: parameter-efficient Hadamard high-rank adaptation for large language"
              + " models, ICLR 2025",
          16,
          0.003,
          rank -> new HadamardAdapter(ChainAdapter.lora(rank, 16)),
          AdapterInit.kaiming());

  private Hira() {}
}
