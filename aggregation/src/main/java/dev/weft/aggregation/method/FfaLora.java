package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.Lora;
import dev.weft.aggregation.sum.WeightedMean;

/**
 * FFA-LoRA: A is frozen at its draw from the run seed and never sent, so the mean of the B_k is the
 * mean of the products (methods.md F2).
 */
final class FfaLora {
  static final MethodCard CARD =
      new MethodCard(
          "ffa-lora",
          "only B is trained; A is frozen, shared and drawn from the seed",
          "Sun et al., Improving LoRA in privacy-preserving federated learning, ICLR 2024",
          Lora.CARD,
          AdapterNeed.UP_FACTOR,
          Exactness::ofMean,
          MixedRanks.OWNERS_MEAN,
          Downlink.ofTrainedParts(),
          (method, config) -> method.aggregator(new WeightedMean()));

  private FfaLora() {}
}
