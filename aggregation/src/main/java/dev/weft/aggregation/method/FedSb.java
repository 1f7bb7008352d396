package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.init.SingularInit;
import dev.weft.aggregation.sum.WeightedMean;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.method.Method;

/**
 * Fed-SB: only the core R [r, r] is trained between fixed singular vectors, so the mean of the R_k
 * is the mean of the products and r² scalars travel, whatever the size of the layer (methods.md
 * F8).
 *
 * <p>The paper has scale 1. Under AdamW only scale times learning rate counts, as long as the core
 * starts at zero; scale 5 lets Fed-SB share the learning rate of the other methods.
 */
final class FedSb {
  private static final AdapterCard OWN =
      AdapterCard.of(
          "singular-core",
          "an r × r core between orthonormal singular vectors",
          "Singhal et al., Fed-SB, 2025",
          64,
          0.003,
          rank -> ChainAdapter.fullCore(rank, 5).training(Part.CORE),
          SingularInit.weights());

  static final MethodCard CARD =
      new MethodCard(
          "fed-sb",
          "only an r × r core between fixed singular vectors is trained and averaged",
          "Singhal et al., Fed-SB: a silver bullet for extreme communication efficiency and"
              + " performance in (private) federated LoRA fine-tuning, 2025",
          OWN,
          AdapterNeed.CORE_ALONE,
          Exactness::ofMean,
          MixedRanks.OWNERS_MEAN,
          Downlink.ofTrainedParts(),
          (method, config) -> start(method, config).aggregator(new WeightedMean()));

  private FedSb() {}

  /** {@code method.init} speaks of the own adapter; another one has its own start. */
  private static Method.Builder start(Method.Builder method, MethodConfig config) {
    boolean own = config.adapter().isEmpty();
    return own && config.init() == MethodConfig.Init.PUBLIC_GRADIENT
        ? method.init(SingularInit.publicGradient())
        : method;
  }
}
