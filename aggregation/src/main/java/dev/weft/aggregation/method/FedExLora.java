package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.post.ResidualToSideDelta;
import dev.weft.aggregation.sum.ProductMean;
import dev.weft.core.method.BasePolicy;
import dev.weft.core.method.Capability;

/**
 * FedEx-LoRA: clients go on from the averaged factors, and the residual of rank (K−1)·r that the
 * averages miss joins the base as a side delta (methods.md F4).
 */
final class FedExLora {
  static final MethodCard CARD =
      new MethodCard(
          "fedex-lora",
          "A and B are averaged; what the averages miss joins the base, so the round is exact",
          "Singhal et al., FedEx-LoRA: exact aggregation for federated and efficient fine-tuning of"
              + " foundation models, ACL 2025",
          Lora.CARD,
          AdapterNeed.TWO_FACTORS,
          form -> Exactness.EXACT,
          MixedRanks.REFUSED,
          Downlink.ofSideDelta("(K−1)r", ranks -> (ranks.size() - 1L) * ranks.get(0))
              .andTrainedParts(),
          (method, config) ->
              method
                  .base(BasePolicy.SIDE_DELTAS)
                  .aggregator(new ProductMean(Capability.PER_CLIENT))
                  .then(new ResidualToSideDelta()));

  private FedExLora() {}
}
