package dev.weft.core.method;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
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
    /** The sum of weight gradients over held-out public examples, never over a client's data. */
    GRADIENT_SUM
  }

  /** The statistic that {@link #initialise} is given. */
  Statistic statistic();

  /**
   * The state before the first round.
   *
   * @param statistics one matrix {@code [out, in]} per target layer; empty for {@link
   *     Statistic#NONE}
   */
  GlobalState initialise(
      ChainAdapter form, AdapterTarget target, Seed seed, List<Tensor> statistics);

  /** LoRA's start: A Kaiming-uniform from the seed, B zero, so the model answers as its base. */
  static AdapterInit kaiming() {
    return new AdapterInit() {
      @Override
      public Statistic statistic() {
        return Statistic.NONE;
      }

      @Override
      public GlobalState initialise(
          ChainAdapter form, AdapterTarget target, Seed seed, List<Tensor> statistics) {
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
