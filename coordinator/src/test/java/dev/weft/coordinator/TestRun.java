package dev.weft.coordinator;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.RoundConfig;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** A run and what it works with. */
record TestRun(RunSpec spec, RunFacilities facilities) {

  Behavior<Run.Command> behavior(Consumer<RunEvent> listener) {
    return Run.create(spec, facilities, listener);
  }

  /** The same run with another executor. */
  TestRun on(Executor executor) {
    return new TestRun(
        spec,
        new RunFacilities(
            facilities.sessions(),
            facilities.desk(),
            facilities.evaluator(),
            facilities.asksSites(),
            executor));
  }

  /** The same run with its clients elsewhere. */
  TestRun reachedAt(ActorRef<Sessions.Message> sessions) {
    return new TestRun(
        spec,
        new RunFacilities(
            sessions,
            facilities.desk(),
            facilities.evaluator(),
            facilities.asksSites(),
            facilities.executor()));
  }

  /** The same run with some of its decisions made otherwise. */
  TestRun with(RoundConfig round, GlobalState initial, Map<String, String> settings) {
    return new TestRun(
        new RunSpec(
            spec.run(),
            spec.method(),
            spec.training(),
            round,
            spec.encoding(),
            spec.seed(),
            spec.rounds(),
            initial,
            spec.base(),
            spec.sites(),
            spec.measureError(),
            settings),
        facilities);
  }
}
