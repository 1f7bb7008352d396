package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.post.StackToSideDelta;
import dev.weft.aggregation.sum.ProductMean;
import dev.weft.core.method.BasePolicy;
import dev.weft.core.method.Capability;

/**
 * FLoRA: the clients' factors are stacked to their exact weighted sum, which joins the base as a
 * side delta; every round starts from a fresh adapter (methods.md F3).
 */
final class Flora {
  static final MethodCard CARD =
      new MethodCard(
          "flora",
          "the clients' factors are stacked, exact for any ranks; the stack joins the base",
          "Wang et al., FLoRA: federated fine-tuning large language models with heterogeneous"
              + " low-rank adaptations, NeurIPS 2024",
          Lora.CARD,
          AdapterNeed.TWO_FACTORS,
          form -> Exactness.EXACT,
          MixedRanks.NATIVE,
          Downlink.ofSideDelta(
              "(Σr_k)", ranks -> ranks.stream().mapToLong(Integer::longValue).sum()),
          (method, config) ->
              method
                  .base(BasePolicy.SIDE_DELTAS)
                  .aggregator(new ProductMean(Capability.PER_CLIENT))
                  .then(new StackToSideDelta()));

  private Flora() {}
}
