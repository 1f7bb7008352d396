package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.CornerInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;

/** IntTune: NLoRA of which only the core trains, so its mean is exact (methods.md A5). */
final class IntTune {
  static final AdapterCard CARD =
      AdapterCard.of(
          "int-tune",
          "only the core of nlora is trained",
          "Guo et al., NLoRA: Nyström-initiated low-rank adaptation for large language models,"
              + " 2025",
          64,
          0.001,
          rank -> ChainAdapter.fullCore(rank, 1).training(Part.CORE),
          CornerInit.nystrom());

  private IntTune() {}
}
