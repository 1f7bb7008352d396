package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.method.AdapterInit;

/** LoRA: a pair of factors that starts at zero (methods.md A1). */
public final class Lora {
  public static final AdapterCard CARD =
      AdapterCard.of(
          "lora",
          "A and B are trained, B starts at zero",
          "Hu et al., LoRA: low-rank adaptation of large language models, ICLR 2022",
          8,
          0.003,
          rank -> ChainAdapter.lora(rank, 2),
          AdapterInit.kaiming());

  private Lora() {}
}
