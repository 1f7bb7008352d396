package dev.weft.finetune.adapter;

import dev.weft.core.adapter.LowRank;
import dev.weft.core.tensor.Tensor;

/** The sum of a log of side deltas at one layer, in the form that takes less room. */
public sealed interface SideSum {

  /** As one pair, the factors of all deltas next to each other. */
  record Factors(LowRank sum) implements SideSum {}

  /** As the matrix itself [out, in]. */
  record Dense(Tensor sum) implements SideSum {}
}
