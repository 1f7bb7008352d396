package dev.weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.aggregation.method.Methods;
import dev.weft.aggregation.method.WireSize;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.state.StateManifest;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole runs of real clients with the coordinator's own actors; only the training is a stand-in.
 */
class FederationTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "FederationTest",
          ConfigFactory.parseString(
              """
              pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
              pekko.actor.testkit.typed.single-expect-default = 60s
              """));
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("query", 64, 48), new AdapterTarget.Layer("value", 64, 48)),
          new AdapterTarget.Head(5, 64));
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final int CLIENTS = 4;
  private static final int MOST_EXAMPLES = 17;
  private static final UpdateEncoding ENCODING =
      new UpdateEncoding(new FixedPoint(24, 8), MOST_EXAMPLES, CLIENTS);
  private static final int ROUNDS = 3;
  private static final long HEADER = 16;

  /** The most pieces a client fetches in a steady round: A, B, head and a side delta. */
  private static final long PIECES = 4;

  /** How a run went. */
  private record Course(
      RunOutcome outcome, Digest state, List<RoundMetrics> rounds, List<String> dropped) {}

  private final TestProbe<RunEvent> events = KIT.createTestProbe(RunEvent.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  static Stream<String> methods() {
    return Methods.names().stream();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theOrderOfCompletionDoesNotMoveOneBit(String name) {
    Method method = SmallSteps.method(name, List.of());
    Course oneAfterTheOther = play(method, List.of(), Runnable::run, SmallSteps.moving());

    Course shuffled =
        play(method, List.of(), new ShuffledExecutor(CLIENTS, 1), SmallSteps.moving());
    Course concurrent = play(method, List.of(), ForkJoinPool.commonPool(), SmallSteps.moving());

    assertThat(oneAfterTheOther.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(oneAfterTheOther.rounds()).hasSize(ROUNDS);
    assertThat(shuffled.state()).isEqualTo(oneAfterTheOther.state());
    assertThat(concurrent.state()).isEqualTo(oneAfterTheOther.state());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void bytesOnTheWireFollowTheMethodsFormula(String name) {
    Method method = SmallSteps.method(name, List.of());
    List<Integer> ranks = List.of(4, 4, 4, 4);
    WireSize size = WireSize.of(method, TARGET, ranks, 4);

    Course course = play(method, List.of(), Runnable::run, SmallSteps.moving());

    for (RoundMetrics steady : course.rounds().subList(1, ROUNDS)) {
      assertThat(steady.bytesUp())
          .isEqualTo(CLIENTS * (HEADER + RingVector.bytes(ENCODING.bits(), size.up() + 1)));
      assertThat(steady.bytesDown() - CLIENTS * Float.BYTES * size.down())
          .isBetween(CLIENTS * HEADER, CLIENTS * PIECES * HEADER);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedit", "flora", "flexlora", "fed-sb"})
  void clientsOfDifferentRanksFormOneAdapter(String name) {
    List<Integer> ranks = List.of(4, 2, 1, 3);
    Method method = SmallSteps.method(name, ranks);

    Course course = play(method, ranks, Runnable::run, SmallSteps.moving());
    Course shuffled = play(method, ranks, new ShuffledExecutor(CLIENTS, 2), SmallSteps.moving());

    assertThat(course.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(course.rounds()).allMatch(round -> round.clients() == CLIENTS);
    assertThat(shuffled.state()).isEqualTo(course.state());
  }

  @Test
  void theErrorOfAggregationIsMeasuredPerRound() {
    assertThat(
            play(
                    SmallSteps.method("flora", List.of()),
                    List.of(),
                    Runnable::run,
                    SmallSteps.moving())
                .rounds())
        .allMatch(round -> round.aggregationError() < 1e-6);
    assertThat(
            play(
                    SmallSteps.method("fedit", List.of()),
                    List.of(),
                    Runnable::run,
                    SmallSteps.moving())
                .rounds())
        .allMatch(round -> round.aggregationError() > 1e-3);
  }

  @Test
  void aSiteWhoseUpdateIsNanIsDroppedInEveryRoundAndTheRunGoesOn() {
    Course course =
        play(
            SmallSteps.method("fed-sb", List.of()),
            List.of(),
            Runnable::run,
            failing("site-1", true));

    assertThat(course.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(course.dropped())
        .hasSize(ROUNDS)
        .allMatch(
            sentence ->
                sentence.startsWith("site-1: update for ")
                    && sentence.contains("goes on with 3 of 4 clients (W-0231)"));
  }

  @Test
  void aSiteThatThrowsIsDroppedWithItsSentence() {
    Course course =
        play(
            SmallSteps.method("fedit", List.of()),
            List.of(),
            Runnable::run,
            failing("site-2", false));

    assertThat(course.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(course.dropped()).hasSize(ROUNDS).allMatch(dropped -> dropped.contains("W-0234"));
  }

  @Test
  void aRunWhoseSitesAllFailEndsWithTheReason() {
    Course course =
        play(
            SmallSteps.method("fedit", List.of()), List.of(), Runnable::run, failing("site", true));

    assertThat(course.outcome().toString()).contains("round 1: 1 of 4 clients are left, 2 are");
    assertThat(course.rounds()).isEmpty();
  }

  /** Unlike for every site. */
  private static int examples(String site) {
    return MOST_EXAMPLES - Math.floorMod(seed().of("client", site).value(), 7);
  }

  /** Trainers of all sites, of which those whose name starts so fail. */
  private static LocalTrainer failing(String prefix, boolean nan) {
    List<Long> bad =
        siteNames().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> seed().of("client", name).value())
            .toList();
    return (job, listener) -> {
      if (!bad.contains(job.seed().value())) {
        return SmallSteps.moving().train(job, listener);
      }
      if (!nan) {
        throw new IllegalStateException("disk is full");
      }
      return SmallSteps.trained(
          job.adapter()
              .trained()
              .map(
                  (name, tensor) ->
                      SmallSteps.random(seed().random(), Double.NaN, tensor.shapeArray())));
    };
  }

  private Course play(Method method, List<Integer> ranks, Executor training, LocalTrainer trainer) {
    List<Site> sites = new ArrayList<>();
    ActorRef<Sessions.Message> sessions = KIT.spawn(Sessions.create());
    Pieces pieces = new Pieces();
    ArtifactDesk desk = new ArtifactDesk(new MemoryStore(), new MemoryStore());
    for (String name : siteNames()) {
      int rank = ranks.isEmpty() ? method.adapter().rank() : ranks.get(sites.size());
      sites.add(new Site(name, rank));
      sessions.tell(
          new Sessions.Join(
              name,
              KIT.spawn(
                  Client.create(
                      new ClientSetup(
                          name,
                          TARGET,
                          BASE,
                          SmallSteps.examples(examples(name)),
                          pieces,
                          desk.at(name),
                          new MemoryStore(),
                          trainer,
                          ClientSetup.ANY_UPLOAD,
                          Losses.SHARE,
                          Optional.empty(),
                          TrainingShelf.NONE,
                          training)))));
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
    KIT.spawn(Run.create(spec(method, sites), facilities, events.getRef()::tell));
    List<RoundMetrics> rounds = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    while (true) {
      RunEvent event = events.receiveMessage();
      if (event instanceof RunEvent.RoundCommitted committed) {
        rounds.add(committed.metrics());
      } else if (event instanceof RunEvent.ClientDropped loss) {
        dropped.add(loss.sentence());
      } else if (event instanceof RunEvent.RunEnded ended) {
        return new Course(
            ended.outcome(), StateManifest.of(ended.lastGood()).digest(), rounds, dropped);
      }
    }
  }

  private static RunSpec spec(Method method, List<Site> sites) {
    Duration minute = Duration.ofMinutes(1);
    SeededRandom random = seed().of("statistics").random();
    return new RunSpec(
        "run-" + KIT.createTestProbe().getRef().path().uid(),
        method,
        LocalTraining.ofEpochs(1, 8, 1e-3),
        new RoundConfig(
            1, 2, Optional.empty(), Optional.empty(), minute, minute, minute, minute, minute),
        ENCODING,
        seed(),
        ROUNDS,
        method
            .init()
            .initialise(
                method.adapter(),
                TARGET,
                seed().of("init"),
                TARGET.layers().stream()
                    .map(layer -> SmallSteps.random(random, 1, layer.out(), layer.in()))
                    .toList()),
        BASE,
        sites,
        true,
        Map.of());
  }

  private static Seed seed() {
    return new Seed(9);
  }

  private static List<String> siteNames() {
    return Stream.iterate(0, i -> i + 1).limit(CLIENTS).map(i -> "site-" + i).toList();
  }
}
