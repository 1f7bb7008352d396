package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.post.FairCorrection;
import dev.weft.aggregation.sum.ProductMean;
import dev.weft.core.method.Capability;

/**
 * LoRA-FAIR: A and B are averaged and B is corrected towards the exact sum, here by a ridge
 * solution in closed form (methods.md F7).
 */
final class LoraFair {
  static final MethodCard CARD =
      new MethodCard(
          "lora-fair",
          "A and B are averaged, then B is corrected towards the exact sum",
          "Bian et al., LoRA-FAIR: federated LoRA fine-tuning with aggregation and initialization"
              + " refinement, ICCV 2025",
          Lora.CARD,
          AdapterNeed.TWO_FACTORS,
          form -> Exactness.APPROXIMATE,
          MixedRanks.REFUSED,
          Downlink.ofTrainedParts(),
          (method, config) ->
              method
                  .aggregator(new ProductMean(Capability.PRODUCT))
                  .then(new FairCorrection(config.fairLambda())));

  private LoraFair() {}
}
