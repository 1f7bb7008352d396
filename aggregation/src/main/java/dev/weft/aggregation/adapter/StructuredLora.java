package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/** SLoRA of the NLoRA family: a trained square between the factors (methods.md A5). */
final class StructuredLora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "structured-lora",
          "A, B and an r × r core between them are trained, B starts at zero",
          "Guo et al., NLoRA: Nyström-initiated low-rank adaptation for large language models,"
              + " 2025",
          8,
          0.003,
          rank -> ChainAdapter.fullCore(rank, 2),
          FactorInit.seeded()
              .drawn(Part.A, Origin.Kaiming::new)
              .drawn(Part.CORE, Origin.Kaiming::new)
              .forOneRank());

  private StructuredLora() {}
}
