package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How the first global adapter comes about. Declares the statistic it needs, always a sum. */
public interface AdapterInit {

  /** What must be known of the base model. */
  enum Statistic {
    /** Nothing. */
    NONE,
    /** The dequantized weights. */
    WEIGHT,
    /** What quantization takes from the weights: the checkpoint's less the dequantized ones. */
    QUANTIZATION_RESIDUAL,
    /** The sum of weight gradients over held-out public examples, never over a client's data. */
    GRADIENT_SUM,
    /**
     * The sum of {@code xᵀ x} over what enters each layer, {@code [in, in]}, for held-out public
     * examples; padding does not count.
     */
    ACTIVATION_GRAM
  }

  /** The statistic that {@link #initialise} is given. */
  Statistic statistic();

  /**
   * Whether a client of smaller rank can start from the leading part of the adapter. Not where the
   * adapter's product was taken away from the base, which would miss the rest, nor where draws
   * depend on the rank.
   */
  default boolean nested() {
    return true;
  }

  /**
   * The state before the first round.
   *
   * @param statistics one matrix per target layer, {@code [out, in]} or as {@link Statistic} says;
   *     empty for {@link Statistic#NONE}
   */
  GlobalState initialise(
      AdapterForm form, AdapterTarget target, Seed seed, List<Tensor> statistics);

  /** LoRA's start: A Kaiming-uniform from the seed, B zero, so the model answers as its base. */
  static AdapterInit kaiming() {
    return new AdapterInit() {
      @Override
      public Statistic statistic() {
        return Statistic.NONE;
      }

      @Override
      public GlobalState initialise(
          AdapterForm form, AdapterTarget target, Seed seed, List<Tensor> statistics) {
        Map<Part, Origin> origins = new EnumMap<>(Part.class);
        form.parts().forEach(part -> origins.put(part, new Origin.Zeros()));
        origins.put(Part.A, new Origin.Kaiming(seed));
        Adapter zeros = Adapter.zeros(form, target);
        return GlobalState.initial(
            zeros.with(origins.get(Part.A).derive(zeros.part(Part.A))), origins);
      }
    };
  }
}
