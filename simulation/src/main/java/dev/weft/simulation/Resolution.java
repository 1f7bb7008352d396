package dev.weft.simulation;

import dev.weft.core.config.DataConfig;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.config.SimulationConfig;
import dev.weft.core.config.UpdateConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.update.UpdateEncoding;
import java.util.Optional;

/** Puts what Weft chose in place of every {@code auto} that a run's bits depend on. */
final class Resolution {
  private Resolution() {}

  static WeftConfig of(Workbench bench, Start start) {
    WeftConfig config = start.config();
    return new WeftConfig(
        config.run(),
        bench.model().config(),
        bench.model().engine(),
        data(config.data(), bench),
        method(config.method(), start),
        config.training().resolved(start.ownLearningRate()),
        round(config.round(), start, bench),
        update(start.encoding(bench)),
        simulation(config.simulation(), bench));
  }

  private static DataConfig data(DataConfig data, Workbench bench) {
    return new DataConfig(
        data.source(),
        data.testSource(),
        data.publicSource(),
        bench.classes(),
        Optional.of(bench.sizes().train()),
        Optional.of(bench.sizes().test()),
        Optional.of(bench.sizes().publicExamples()),
        data.textColumn(),
        data.labelColumn(),
        data.clientColumn());
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

  private static RoundConfig round(RoundConfig round, Start start, Workbench bench) {
    return new RoundConfig(
        round.fraction(),
        round.minClients(),
        Optional.of(start.mostExamples(bench)),
        Optional.of(round.attemptsOr(1)),
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

  private static SimulationConfig simulation(SimulationConfig simulation, Workbench bench) {
    return new SimulationConfig(
        Optional.of(bench.dealtClients()),
        Optional.of(bench.memory().workers()),
        simulation.lanes(),
        new SimulationConfig.Partition(
            Optional.of(bench.partitioner().name()), simulation.partition().alpha()),
        simulation.centralizedReference(),
        simulation.faults());
  }
}
