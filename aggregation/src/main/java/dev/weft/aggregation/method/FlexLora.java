package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.post.RefactorBySvd;
import dev.weft.aggregation.sum.ProductMean;
import dev.weft.core.method.Capability;

/**
 * FlexLoRA: the exact weighted sum of products is refactored by SVD, and each client takes as many
 * leading triplets as its rank allows (methods.md F5).
 */
final class FlexLora {
  static final MethodCard CARD =
      new MethodCard(
          "flexlora",
          "the exact sum is refactored by SVD and handed out at each client's rank",
          "Bai et al., Federated fine-tuning of large language models under heterogeneous tasks and"
              + " client resources, NeurIPS 2024",
          Lora.CARD,
          AdapterNeed.TWO_FACTORS,
          form -> Exactness.BEST_OF_RANK,
          MixedRanks.NATIVE,
          Downlink.ofTrainedParts(),
          (method, config) ->
              method.aggregator(new ProductMean(Capability.PRODUCT)).then(new RefactorBySvd()));

  private FlexLora() {}
}
