package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;

/** LoRA-XS: only an r × r core trains, between singular vectors of the weight (methods.md A3). */
final class LoraXs {
  static final AdapterCard CARD =
      AdapterCard.of(
          "lora-xs",
          "only an r × r core between singular vectors of the weight is trained",
          "Bałazy et al., LoRA-XS: low-rank adaptation with extremely small number of parameters,"
              + " 2024",
          64,
          0.003,
          rank -> ChainAdapter.fullCore(rank, 1).training(Part.CORE),
          SingularInit.scaledWeights());

  private LoraXs() {}
}
