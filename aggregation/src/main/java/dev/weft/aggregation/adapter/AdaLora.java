package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.aggregation.post.LargestEntries;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import java.util.List;

/**
 * AdaLoRA: directions with a weight each, of which the coordinator keeps the most important over
 * all layers, so that ranks go to the layers that need them (methods.md A10). Importance is the
 * magnitude of a weight after the mean, which needs no more than the mean and may be masked; the
 * paper's averages of weight times gradient, its penalty and its falling budget are left out. A
 * direction that lost may win in a later round: its weight starts again at zero.
 */
final class AdaLora {
  /** The paper's 12 initial directions per layer, of which 8 stay. */
  private static final double SHARE = 8 / 12.0;

  static final AdapterCard CARD =
      new AdapterCard(
          "adalora",
          "weighted directions of which the largest two thirds over all layers stay",
          "Zhang et al., AdaLoRA: adaptive budget allocation for parameter-efficient fine-tuning,"
              + " ICLR 2023",
          12,
          0.01,
          rank -> ChainAdapter.diagonalCore(rank, 2),
          FactorInit.seeded()
              .drawn(Part.A, seed -> new Origin.Normal(seed, 1, false))
              .drawn(Part.B, seed -> new Origin.Normal(seed, 1, false)),
          List.of(new LargestEntries(Part.CORE, SHARE)));

  private AdaLora() {}
}
