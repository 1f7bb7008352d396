package dev.weft.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateSum;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodTest {
  private static final AdapterTarget.Layer LAYER = new AdapterTarget.Layer("query", 4, 6);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(List.of(LAYER), new AdapterTarget.Head(2, 4));

  @Test
  void sideDeltasFromALinearSumAreRefusedWhenTheMethodIsBuilt() {
    Method.Builder builder =
        Method.named("x").base(BasePolicy.SIDE_DELTAS).aggregator(only(Capability.LINEAR));
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(builder::build)
        .matches(error -> error.problem() == Problem.INVALID_COMBINATION)
        .withMessage(
            "method x: side deltas need the clients' products, which a linear sum does not hold;"
                + " choose another aggregator");
    assertThat(builder.aggregator(only(Capability.PER_CLIENT)).build().base())
        .isEqualTo(BasePolicy.SIDE_DELTAS);
  }

  @Test
  void aMethodNeedsANameAndAnAggregator() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Method.named("x").build())
        .withMessage("aggregator: method x needs one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Method.named(" ").aggregator(only(Capability.LINEAR)).build())
        .withMessageStartingWith("name:");
  }

  @Test
  void stepsAfterTheSumRunInOrder() {
    GlobalState start = initial();
    Method method =
        Method.named("x")
            .aggregator(only(Capability.LINEAR))
            .then(step -> step.withNext(atRound(step.next(), step.next().round() + 1)))
            .then(step -> step.withNext(atRound(step.next(), step.next().round() * 10)))
            .build();
    Aggregate sum = new Aggregate(start, List.of(), start.adapter(), start, new Seed(1));
    assertThat(method.finish(sum).next().round()).isEqualTo(10);
  }

  /**
   * B = 0, so that the first model answers as its base; A is derivable, so that it is never sent.
   */
  @Test
  void kaimingStartsAtTheBaseModelAndCanBeDerivedFromTheSeed() {
    GlobalState state = initial();
    Adapter adapter = state.adapter();
    assertThat(adapter.b(LAYER)).isEqualTo(Tensor.zeros(4, 2));
    assertThat(adapter.a(LAYER)).isNotEqualTo(Tensor.zeros(2, 6));
    for (Part part : adapter.form().parts()) {
      Origin origin = state.origins().get(part);
      assertThat(origin.derive(adapter.part(part))).isEqualTo(adapter.part(part));
    }
  }

  @Test
  void numbersOutsideTheirMeaningAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalObjective(Double.NaN))
        .withMessage("proximalMu: must be finite and not negative, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Contribution("a", 0, layer -> initial().adapter()))
        .withMessage("weight: must be in (0, 1], got 0.0");
  }

  private static GlobalState initial() {
    return AdapterInit.kaiming()
        .initialise(ChainAdapter.lora(2, 1), TARGET, new Seed(7), List.of());
  }

  private static GlobalState atRound(GlobalState state, int round) {
    return new GlobalState(
        round, state.adapter(), state.origins(), state.sideDeltas(), state.serverState());
  }

  private static Aggregator only(Capability declared) {
    return new Aggregator() {
      @Override
      public Capability capability() {
        return declared;
      }

      @Override
      public Aggregate decode(GlobalState reference, UpdateSum sum, StoredUpdates each, Seed seed) {
        throw new UnsupportedOperationException("declares a capability and nothing else");
      }
    };
  }
}
