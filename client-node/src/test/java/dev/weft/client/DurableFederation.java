package dev.weft.client;

import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.journal.RunHome;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.config.ServerOptimizerConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.state.StateManifest;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A process to be killed: plays a run whose home is a folder, prints a line for every event, and
 * the digest of the result last.
 */
final class DurableFederation {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("query", 64, 48), new AdapterTarget.Layer("value", 64, 48)),
          new AdapterTarget.Head(5, 64));
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final Seed SEED = new Seed(9);
  private static final int SITES = 3;
  private static final int ROUNDS = 5;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private DurableFederation() {}

  /**
   * @param arguments the method, then the folder
   */
  public static void main(String[] arguments) {
    RunHome home = RunHome.in(Path.of(arguments[1]));
    String name = arguments[0];
    Method method =
        SmallSteps.method(
            name,
            List.of(),
            name.equals("fedit")
                ? ServerOptimizerConfig.Kind.FEDADAM
                : ServerOptimizerConfig.Kind.NONE);
    ActorSystem.create(
        Behaviors.<Run.Command>setup(context -> run(context, method, home)),
        "durable",
        home.actors());
  }

  private static Behavior<Run.Command> run(
      ActorContext<Run.Command> context, Method method, RunHome home) {
    ArtifactDesk desk = new ArtifactDesk(home.store(), home.uploads());
    ActorRef<Sessions.Message> sessions = context.spawn(Sessions.create(), "sessions");
    Pieces pieces = new Pieces();
    List<Site> sites = new ArrayList<>();
    for (int i = 0; i < SITES; i++) {
      String name = "site-" + i;
      sites.add(new Site(name, method.adapter().rank()));
      sessions.tell(
          new Sessions.Join(
              name,
              context.spawn(
                  Client.create(
                      new ClientSetup(
                          name,
                          TARGET,
                          BASE,
                          SmallSteps.examples(10 + i),
                          pieces,
                          desk.at(name),
                          new MemoryStore(),
                          SmallSteps.moving(),
                          ClientSetup.ANY_UPLOAD,
                          Losses.SHARE,
                          Optional.empty(),
                          TrainingShelf.NONE,
                          ForkJoinPool.commonPool())),
                  name)));
    }
    RunFacilities facilities =
        new RunFacilities(
            sessions,
            desk,
            Optional.of(
                state ->
                    CompletableFuture.completedFuture(
                        Evaluation.classification(0.5, 0.5, 0.5, 10))),
            false,
            ForkJoinPool.commonPool());
    return Run.create(spec(method, sites), facilities, event -> print(context, event));
  }

  private static void print(ActorContext<Run.Command> context, RunEvent event) {
    System.out.println(event.getClass().getSimpleName());
    if (event instanceof RunEvent.RunEnded ended) {
      System.out.println(ended.outcome() + " " + StateManifest.of(ended.lastGood()).digest());
      context.getSystem().terminate();
    }
  }

  private static RunSpec spec(Method method, List<Site> sites) {
    return new RunSpec(
        "durable",
        method,
        LocalTraining.ofEpochs(1, 8, 1e-3),
        new RoundConfig(
            1, 2, Optional.empty(), Optional.empty(), MINUTE, MINUTE, MINUTE, MINUTE, MINUTE),
        new UpdateEncoding(new FixedPoint(24, 8), 10 + SITES, SITES),
        SEED,
        ROUNDS,
        method.init().initialise(method.adapter(), TARGET, SEED.of("init"), List.of()),
        BASE,
        sites,
        true,
        Map.of());
  }
}
