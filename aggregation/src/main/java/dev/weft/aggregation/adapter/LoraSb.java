package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;

/**
 * LoRA-SB: only an r × r core trains, between singular vectors of one sign step on public examples,
 * and starts as that step (methods.md F8). Not the base at first, on purpose.
 */
final class LoraSb {
  static final AdapterCard CARD =
      AdapterCard.of(
          "lora-sb",
          "only an r × r core between singular vectors of a public sign step is trained",
          "Ponkshe et al., Initialization using update approximation is a silver bullet for"
              + " extremely efficient low-rank fine-tuning, 2024",
          64,
          0.002,
          rank -> ChainAdapter.fullCore(rank, 1).training(Part.CORE),
          SingularInit.publicGradient());

  private LoraSb() {}
}
