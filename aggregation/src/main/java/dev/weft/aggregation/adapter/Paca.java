package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/**
 * PaCA: r drawn columns of the weight are trained, which is LoRA with rows of the identity for a
 * frozen A (methods.md A19). B holds the change of the columns, so the base keeps its bytes.
 */
final class Paca {
  static final AdapterCard CARD =
      AdapterCard.of(
          "paca",
          "r drawn columns of the weight are trained",
          "Woo et al., PaCA: partial connection adaptation for efficient fine-tuning, ICLR 2025",
          16,
          0.003,
          rank -> ChainAdapter.lora(rank, 1).training(Part.B),
          FactorInit.seeded().drawn(Part.A, Origin.Columns::new));

  private Paca() {}
}
