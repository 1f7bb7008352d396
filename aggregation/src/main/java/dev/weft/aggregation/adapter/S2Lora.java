package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/**
 * S2-LoRA with its shared factors frozen: all layers of one shape draw the same A and B and train r
 * coefficients each, so the mean is exact (methods.md A13). The paper's penalty on the coefficients
 * is left out: it would make the mean of clients another one.
 */
final class S2Lora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "s2-lora",
          "r coefficients per layer over random factors that all layers share",
          "Liu et al., Sparsely shared LoRA on Whisper for child speech recognition, ICASSP 2024",
          64,
          0.01,
          rank -> ChainAdapter.diagonalCore(rank, 5).training(Part.CORE),
          FactorInit.seeded()
              .drawn(Part.A, seed -> new Origin.Normal(seed, 1, true))
              .drawn(Part.B, seed -> new Origin.Normal(seed, 1, true)));

  private S2Lora() {}
}
