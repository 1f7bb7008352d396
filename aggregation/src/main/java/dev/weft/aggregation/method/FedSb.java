package dev.weft.aggregation.method;

import dev.weft.aggregation.init.SingularInit;
import dev.weft.aggregation.sum.WeightedMean;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.method.AdapterInit;

/**
 * Fed-SB: only the core R [r, r] is trained between fixed singular vectors, so the mean of the R_k
 * is the mean of the products and r² scalars travel, whatever the size of the layer (methods.md
 * F8).
 *
 * <p>The paper has scale 1. Under AdamW only scale times learning rate counts, as long as the core
 * starts at zero; scale 5 lets Fed-SB share the learning rate of the other methods.
 */
final class FedSb {
  static final MethodCard CARD =
      new MethodCard(
          "fed-sb",
          "only an r × r core between fixed singular vectors is trained and averaged",
          "Singhal et al., Fed-SB: a silver bullet for extreme communication efficiency and"
              + " performance in (private) federated LoRA fine-tuning, 2025",
          ChainAdapter.fullCore(64, 5).training(Part.CORE),
          Exactness.EXACT_FOR_EQUAL_RANKS,
          MixedRanks.OWNERS_MEAN,
          Downlink.ofTrainedParts(),
          (method, config) -> method.init(init(config)).aggregator(new WeightedMean()));

  private FedSb() {}

  private static AdapterInit init(MethodConfig config) {
    return switch (config.init()) {
      case WEIGHTS -> SingularInit.weights();
      case PUBLIC_GRADIENT -> SingularInit.publicGradient();
    };
  }
}
