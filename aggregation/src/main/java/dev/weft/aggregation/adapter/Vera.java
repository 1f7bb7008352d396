package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.VeraAdapter;

/**
 * VeRA: one drawn pair for all layers, of which every layer takes the leading part and trains a
 * vector on either side of B. As in the paper d starts at 0.1 and b at zero. The rows of A and the
 * columns of B are of length 1 where the widest layer uses them whole; the scale makes up for what
 * the paper's are longer, and for d being small beside the steps of b.
 */
final class Vera {
  static final AdapterCard CARD =
      AdapterCard.of(
          "vera",
          "two vectors per layer around random factors that all layers share",
          "Kopiczko et al., VeRA: vector-based random matrix adaptation, ICLR 2024",
          256,
          0.03,
          rank -> VeraAdapter.of(rank, 20),
          FactorInit.seeded()
              .drawn(Part.A, seed -> new Origin.Shared(seed, 1))
              .drawn(Part.B, seed -> new Origin.Shared(seed, 1))
              .drawn(Part.CORE, seed -> new Origin.Constant(0.1f)));

  private Vera() {}
}
