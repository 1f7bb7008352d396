package dev.weft.federation;

import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.config.UpdateConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.update.UpdateEncoding;
import java.util.Optional;

/** Puts what Weft chose in place of every {@code auto} that a run's bits depend on. */
public final class Resolution {
  private Resolution() {}

  public static WeftConfig of(Ground ground, Start start) {
    WeftConfig config = ground.resolved(start.config());
    return config
        .with(ground.model().config(), ground.model().engine())
        .with(
            method(config.method(), start),
            config.training().resolved(start.ownLearningRate()),
            round(config.round(), start, ground),
            update(start.encoding(ground)));
  }

  private static MethodConfig method(MethodConfig method, Start start) {
    return new MethodConfig(
        method.name(),
        method.adapter(),
        Optional.of(start.method().adapter().rank()),
        method.ranks(),
        Optional.of((double) start.method().adapter().scale()),
        method.init(),
        method.fairLambda(),
        method.proximalMu(),
        method.measureError(),
        method.robust(),
        method.server());
  }

  private static RoundConfig round(RoundConfig round, Start start, Ground ground) {
    return new RoundConfig(
        round.fraction(),
        round.minClients(),
        Optional.of(start.mostExamples(ground)),
        Optional.of(round.attemptsOr(ground.suitableAttempts())),
        round.retryDelay(),
        round.offerDeadline(),
        round.progressDeadline(),
        round.aggregationDeadline(),
        round.evaluationDeadline());
  }

  private static UpdateConfig update(UpdateEncoding encoding) {
    return new UpdateConfig(
        Optional.of(encoding.grid().fractionBits()), Optional.of(encoding.grid().range()));
  }
}
