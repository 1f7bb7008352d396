package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.sum.WeightedMean;

/**
 * FedIT, the baseline: A and B are averaged one by one. The mean of products is missed by the
 * covariance of the factors, {@code Σ p_k (B_k − B̄)(A_k − Ā)} (methods.md F1, fact 2).
 */
final class FedIt {
  static final MethodCard CARD =
      new MethodCard(
          "fedit",
          "A and B are trained and averaged one by one; the baseline",
          "Zhang et al., Towards building the federated GPT: federated instruction tuning, ICASSP"
              + " 2024",
          Lora.CARD,
          AdapterNeed.ANYTHING,
          Exactness::ofMean,
          MixedRanks.OWNERS_MEAN,
          Downlink.ofTrainedParts(),
          (method, config) -> method.aggregator(new WeightedMean()));

  private FedIt() {}
}
