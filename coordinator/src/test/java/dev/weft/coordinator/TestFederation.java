package dev.weft.coordinator;

import com.typesafe.config.ConfigFactory;
import dev.weft.aggregation.method.Methods;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.RobustConfig;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.config.ServerOptimizerConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;

/** A federation small enough to be counted by hand, with one desk for all its runs. */
final class TestFederation {
  static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 6, 5), new AdapterTarget.Layer("value", 6, 5)),
          new AdapterTarget.Head(3, 6));
  static final Digest BASE = Digest.of(new byte[] {7});
  static final Duration OFFER = Duration.ofSeconds(10);
  static final Duration SILENCE = Duration.ofMinutes(1);
  static final Duration RETRY = Duration.ofSeconds(7);
  static final Duration EVALUATION = Duration.ofMinutes(5);

  /** Actors whose time passes only when a test says so, with a journal in memory. */
  static ActorTestKit kit(String name) {
    return ActorTestKit.create(
        name,
        ManualTime.config()
            .withFallback(
                ConfigFactory.parseString(
                    """
                    pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
                    pekko.actor.testkit.typed.single-expect-default = 30s
                    pekko.loglevel = WARNING
                    """)));
  }

  private final ActorTestKit kit;
  private final ArtifactDesk desk;

  TestFederation(ActorTestKit kit) {
    this(kit, new MemoryStore());
  }

  TestFederation(ActorTestKit kit, ArtifactStore store) {
    this.kit = kit;
    this.desk = new ArtifactDesk(store, new MemoryStore());
  }

  ArtifactDesk desk() {
    return desk;
  }

  static Method method(String name) {
    return Methods.resolve(
        new MethodConfig(
            name,
            Optional.empty(),
            Optional.of(2),
            List.of(),
            Optional.empty(),
            MethodConfig.Init.WEIGHTS,
            0.01,
            0,
            true,
            new RobustConfig(0.2, Optional.empty()),
            new ServerOptimizerConfig(ServerOptimizerConfig.Kind.NONE, 1, 0.9, 0.9, 0.99, 1e-3)));
  }

  static GlobalState initial(Method method) {
    return method.init().initialise(method.adapter(), TARGET, new Seed(11), List.of());
  }

  /** Measures a sum of the state's values, so that different states have different numbers. */
  static final Evaluator EVALUATOR =
      state ->
          CompletableFuture.completedFuture(
              Evaluation.classification(sum(state), sum(state) / 1000, 0.5, 100));

  TestRun run(String run, int rounds, int minClients, List<Member> members) {
    return run(run, rounds, minClients, members, EVALUATOR);
  }

  TestRun run(String run, int rounds, int minClients, List<Member> members, Evaluator evaluator) {
    return run(run, "fedit", rounds, minClients, FakeClient.EXAMPLES, members, evaluator);
  }

  TestRun run(
      String run,
      String method,
      int rounds,
      int minClients,
      long mostExamples,
      List<Member> members,
      Evaluator evaluator) {
    List<Site> sites = members.stream().map(Member::site).toList();
    return new TestRun(
        spec(run, method(method), rounds, minClients, mostExamples, sites),
        new RunFacilities(
            sessions(members), desk, Optional.of(evaluator), false, ForkJoinPool.commonPool()));
  }

  /** Where the members of one run are reached. */
  private ActorRef<Sessions.Message> sessions(List<Member> members) {
    ActorRef<Sessions.Message> sessions = kit.spawn(Sessions.create());
    members.forEach(member -> sessions.tell(new Sessions.Join(member.name(), member.session())));
    return sessions;
  }

  static RunSpec spec(
      String run, Method method, int rounds, int minClients, long mostExamples, List<Site> sites) {
    return new RunSpec(
        run,
        method,
        LocalTraining.ofEpochs(1, 8, 1e-3),
        new RoundConfig(
            1,
            minClients,
            Optional.empty(),
            Optional.empty(),
            RETRY,
            OFFER,
            SILENCE,
            SILENCE,
            EVALUATION),
        new UpdateEncoding(new FixedPoint(24, 8), mostExamples, sites.size()),
        new Seed(42),
        rounds,
        initial(method),
        BASE,
        sites,
        true,
        Map.of("training.batch-size", "8"));
  }

  private static double sum(GlobalState state) {
    double sum = 0;
    for (var tensor : state.adapter().tensors().asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        sum += tensor.at(i);
      }
    }
    for (var delta : state.sideDeltas()) {
      sum += delta.layers().stream().mapToInt(LowRank::rank).sum();
    }
    return sum;
  }
}
