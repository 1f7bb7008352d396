package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/**
 * PEQA: the scales of quantized weights are trained, codes and zeros stay (quantization.md M4).
 * Trained are their relative changes, r groups of neighbouring columns per row, so it goes with a
 * base of any format; r = 1 trains a scale per row. A model of averaged scales is the average of
 * the models.
 */
final class Peqa {
  static final AdapterCard CARD =
      AdapterCard.of(
          "peqa",
          "r scales per row of the weight are trained, one per group of columns",
          "Kim et al., Memory-efficient fine-tuning of compressed large language models via"
              + " sub-4-bit integer quantization, NeurIPS 2023",
          8,
          0.01,
          rank -> new HadamardAdapter(ChainAdapter.lora(rank, 1)).training(Part.B),
          FactorInit.seeded().drawn(Part.A, seed -> new Origin.Groups()).forOneRank());

  private Peqa() {}
}
