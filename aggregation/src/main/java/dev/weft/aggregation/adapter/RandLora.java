package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;

/**
 * RandLoRA with its input side frozen: {@code s Σ_j B_j diag(λ_j) A diag(γ_j)} with drawn γ_j is a
 * chain with frozen random factors and a trained diagonal of all λ_j, whose mean is exact and whose
 * rank is as large as the diagonal (methods.md A11). A rank near the smaller side of the layers
 * gives full-rank updates.
 */
final class RandLora {
  static final AdapterCard CARD =
      AdapterCard.of(
          "randlora",
          "many random directions, of which only the weights are trained",
          "Albert et al., RandLoRA: full-rank parameter-efficient fine-tuning of large models, ICLR"
              + " 2025",
          256,
          0.01,
          rank -> ChainAdapter.diagonalCore(rank, 5).training(Part.CORE),
          FactorInit.seeded()
              .drawn(Part.A, seed -> new Origin.Normal(seed, 1, false))
              .drawn(Part.B, seed -> new Origin.Normal(seed, 1, false)));

  private RandLora() {}
}
