package dev.weft.core.method;

import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.List;

/**
 * A federated method as a value of seven choices (design.md section 4; how updates become integers
 * is the same for all and belongs to the run). Nothing in Weft asks for a method's name; everything
 * follows from these.
 *
 * @param name the name users type
 * @param base what happens to the base model
 * @param adapter form of the adapter at full rank, with the parts that train
 * @param init how the first global adapter comes about
 * @param schedule which parts train when
 * @param objective what a client minimises
 * @param aggregator how updates are summed
 * @param post what happens to the sum, in order
 */
public record Method(
    String name,
    BasePolicy base,
    AdapterForm adapter,
    AdapterInit init,
    Schedule schedule,
    LocalObjective objective,
    Aggregator aggregator,
    List<PostAggregate> post) {

  public Method {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: a method must have a name");
    }
    post = List.copyOf(post);
    if (base == BasePolicy.SIDE_DELTAS && aggregator.capability() == Capability.LINEAR) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method %s: side deltas need the clients' products, which a linear sum does not hold;"
                  + " choose another aggregator",
              name));
    }
  }

  /** Starts a method of this name. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Applies the steps after the sum. */
  public Aggregate finish(Aggregate aggregate) {
    Aggregate result = aggregate;
    for (PostAggregate step : post) {
      result = step.apply(result);
    }
    return result;
  }

  /** Collects the choices; what is not said is LoRA's usual. */
  public static final class Builder {
    private final String name;
    private final List<PostAggregate> post = new ArrayList<>();
    private BasePolicy base = BasePolicy.FROZEN;
    private AdapterForm adapter = ChainAdapter.lora(8, 2);
    private AdapterInit init = AdapterInit.kaiming();
    private Schedule schedule = Schedule.constant();
    private LocalObjective objective = LocalObjective.meanLoss();
    private Aggregator aggregator;

    private Builder(String name) {
      this.name = name;
    }

    public Builder base(BasePolicy newBase) {
      base = newBase;
      return this;
    }

    public Builder adapter(AdapterForm newAdapter) {
      adapter = newAdapter;
      return this;
    }

    public Builder init(AdapterInit newInit) {
      init = newInit;
      return this;
    }

    public Builder schedule(Schedule newSchedule) {
      schedule = newSchedule;
      return this;
    }

    public Builder objective(LocalObjective newObjective) {
      objective = newObjective;
      return this;
    }

    public Builder aggregator(Aggregator newAggregator) {
      aggregator = newAggregator;
      return this;
    }

    public Builder then(PostAggregate step) {
      post.add(step);
      return this;
    }

    /**
     * The method.
     *
     * @throws IllegalStateException if no aggregator was chosen
     */
    public Method build() {
      if (aggregator == null) {
        throw new IllegalStateException("aggregator: method " + name + " needs one");
      }
      return new Method(name, base, adapter, init, schedule, objective, aggregator, post);
    }
  }
}
