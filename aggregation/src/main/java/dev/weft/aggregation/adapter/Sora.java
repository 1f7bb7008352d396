package dev.weft.aggregation.adapter;

import dev.weft.aggregation.init.FactorInit;
import dev.weft.aggregation.post.SoftThreshold;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import java.util.List;

/**
 * SoRA: gates between the factors that the coordinator shrinks after every mean, so that needless
 * directions become exactly zero (methods.md A9). Clients that shrank their own gates would undo
 * each other's zeros in the mean.
 */
final class Sora {
  /** The paper's 3e-4 per optimizer step, for the 84 steps that a round has by default. */
  private static final float THRESHOLD = 84 * 3e-4f;

  static final AdapterCard CARD =
      new AdapterCard(
          "sora",
          "gates between A and B that shrink to exact zeros",
          "Ding et al., Sparse low-rank adaptation of pre-trained language models, EMNLP 2023",
          8,
          0.003,
          rank -> ChainAdapter.diagonalCore(rank, 2),
          FactorInit.seeded()
              .drawn(Part.A, Origin.Kaiming::new)
              .drawn(Part.CORE, seed -> new Origin.Normal(seed, 1, false)),
          List.of(new SoftThreshold(Part.CORE, THRESHOLD)));

  private Sora() {}
}
