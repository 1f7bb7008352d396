package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;

/**
 * EVA: LoRA whose A starts where a layer's inputs vary most (methods.md A18). Ranks are not moved
 * between layers; {@code ffa-lora} with this adapter keeps A, which makes its mean exact.
 */
final class Eva {
  static final AdapterCard CARD =
      AdapterCard.of(
          "eva",
          "LoRA whose A starts at the main directions of public activations",
          "Paischer et al., Parameter efficient fine-tuning via explained variance adaptation,"
              + " 2024",
          8,
          0.001,
          rank -> ChainAdapter.lora(rank, 2),
          SingularInit.explainedVariance());

  private Eva() {}
}
