package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;

/** PiSSA: LoRA that starts as the leading part of the weight itself (methods.md A16). */
final class Pissa {
  static final AdapterCard CARD =
      AdapterCard.of(
          "pissa",
          "LoRA that starts as the leading singular part of the weight",
          "Meng et al., PiSSA: principal singular values and singular vectors adaptation, NeurIPS"
              + " 2024",
          8,
          0.002,
          rank -> ChainAdapter.lora(rank, 1),
          SingularInit.principal());

  private Pissa() {}
}
