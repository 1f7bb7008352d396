package dev.weft.finetune.party;

import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;

/**
 * Where runs start: a function of the base model, held-out data, method and seed. No client's data
 * is in it, so that a coordinator without any makes the same state as a simulation.
 */
public final class StartingPoint {
  private final BaseModel model;
  private final HeldOutData data;
  private final Seed seed;
  private final TensorMap head;

  private StartingPoint(BaseModel model, HeldOutData data, Seed seed, TensorMap head) {
    this.model = model;
    this.data = data;
    this.seed = seed;
    this.head = head;
  }

  /**
   * Fits the head to the public examples, if the model's configuration says so.
   *
   * @param seed of the run
   * @throws WeftException if that needs public examples and there are none
   */
  public static StartingPoint of(BaseModel model, HeldOutData data, Seed seed) {
    boolean fitted =
        data.classes().isPresent() && model.config().head() == ModelConfig.Head.PUBLIC_EXAMPLES;
    return new StartingPoint(
        model, data, seed, fitted ? head(model, data, seed) : TensorMap.empty());
  }

  private static TensorMap head(BaseModel model, HeldOutData data, Seed seed) {
    return data.publicExamples()
        .map(examples -> model.headFor(examples, seed, data.numberOfClasses()))
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.INVALID_COMBINATION,
                    "model.head: public-examples needs public examples, and there are none; name"
                        + " their file in data.public-source, or set model.head = zeros"));
  }

  /** What adapters attach to. */
  public AdapterTarget target() {
    return model.target(data.numberOfClasses());
  }

  /**
   * A method's state before the first round. A statistic that needs data is taken from public
   * examples, never from a client.
   *
   * @throws WeftException if the rank does not fit the adapted layers, or public examples are
   *     needed and there are none
   */
  public GlobalState initialState(Method method) {
    AdapterTarget target = target();
    if (method.adapter().rank() > target.largestRank()) {
      throw new WeftException(
          Problem.RANK_TOO_LARGE,
          Text.format(
              "method.rank: %d is larger than the adapted layers allow; choose at most %d",
              method.adapter().rank(), target.largestRank()));
    }
    GlobalState state =
        method
            .init()
            .initialise(
                method.adapter(),
                target,
                seed.of("adapter"),
                model.statistic(
                    method.init().statistic(),
                    data.publicExamples(),
                    seed,
                    data.numberOfClasses()));
    return head.isEmpty() ? state : state.with(head, Part.HEAD);
  }
}
