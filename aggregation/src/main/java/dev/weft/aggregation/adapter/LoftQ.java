package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.core.adapter.ChainAdapter;

/**
 * LoftQ: LoRA that starts as the leading part of what quantization takes from the weight, so the
 * model starts nearer to the unquantized one (quantization.md M2). Alone it is the paper's first
 * iteration, also known as LoRC; {@code model.correction} lets the base take part in more of them.
 */
final class LoftQ {
  static final AdapterCard CARD =
      AdapterCard.of(
          "loftq",
          "LoRA that starts by making up for part of the quantization error",
          "Li et al., LoftQ: LoRA-fine-tuning-aware quantization for large language models, ICLR"
              + " 2024",
          16,
          0.003,
          rank -> ChainAdapter.lora(rank, 1),
          SingularInit.quantizationResidual());

  private LoftQ() {}
}
