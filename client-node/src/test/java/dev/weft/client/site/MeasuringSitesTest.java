package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.Measurer;
import dev.weft.client.SmallSteps;
import dev.weft.client.site.FaultProxy.Weather;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientReply.Reason;
import dev.weft.protocol.RoundId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sites that measure states on examples of their own, over real lines. */
@Timeout(value = 120)
class MeasuringSitesTest {
  private static final String NORTH = TestFederation.NAMES.get(0);
  private static final String ST_MARY = TestFederation.NAMES.get(1);
  private static final String EAST = TestFederation.NAMES.get(2);

  private final ActorTestKit kit = TestFederation.kit("MeasuringSitesTest");
  private final ConcurrentLinkedQueue<RunEvent> events = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  private TestFederation federation;

  @BeforeEach
  void found() {
    federation = new TestFederation(kit, new TestAuthority(), folder);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void sitesMeasureWhatTheyWantAndTheBitsStayTheSame() {
    Method method = SmallSteps.method("flora", List.of());
    Digest unasked = federation.inOneProcess(method);
    TestFederation.House house = federation.open();
    TestProbe<Lobby.Readiness> ready = federation.begin(house, "measured");
    ConcurrentLinkedQueue<SiteEvent> ofStMary = new ConcurrentLinkedQueue<>();
    site(house.port(), NORTH, Losses.SHARE, Optional.of(counting(10)), event -> {});
    site(house.port(), ST_MARY, Losses.WITHHOLD, Optional.of(counting(99)), ofStMary::add);
    site(house.port(), EAST, Losses.SHARE, Optional.empty(), event -> {});
    TestFederation.NAMES.forEach(name -> ready.receiveMessage());

    TestProbe<RunEvent.RunEnded> end =
        federation.startAsking("measured", method, house, events::add);

    assertThat(TestFederation.ended(end)).isEqualTo(unasked);
    List<RunEvent.EvaluatedAtSites> asked = all(RunEvent.EvaluatedAtSites.class);
    assertThat(asked).extracting(RunEvent.EvaluatedAtSites::round).containsExactly(0, 1, 2, 3);
    for (RunEvent.EvaluatedAtSites one : asked) {
      SitesEvaluation said = one.evaluation();
      assertThat(said.pooled().orElseThrow().sites()).containsExactly(NORTH);
      assertThat(said.pooled().orElseThrow().mean().examples()).isEqualTo(10);
      assertThat(said.withheld()).containsExactly(ST_MARY);
      assertThat(said.missing()).isEmpty();
    }
    assertThat(asked.get(0).evaluation().pooled().orElseThrow().mean().loss())
        .isNotEqualTo(asked.get(3).evaluation().pooled().orElseThrow().mean().loss());
    for (RunEvent.ClientProgress progress : all(RunEvent.ClientProgress.class)) {
      if (progress.client().equals(ST_MARY)) {
        assertThat(progress.meanLoss()).isEmpty();
      } else {
        assertThat(progress.meanLoss()).hasValue(0.5);
      }
    }
    for (RunEvent.ClientDelivered delivered : all(RunEvent.ClientDelivered.class)) {
      assertThat(delivered.delivery().upload().training().meanLoss().isEmpty())
          .isEqualTo(delivered.client().equals(ST_MARY));
    }
    assertThat(all(RunEvent.RoundCommitted.class))
        .allSatisfy(round -> assertThat(round.metrics().trainLoss()).isEqualTo(0.5));
    assertThat(ofStMary)
        .as("a site that keeps its loss to itself sees it")
        .anySatisfy(
            event -> {
              assertThat(event).isInstanceOf(SiteEvent.Replied.class);
              assertThat(((SiteEvent.Replied) event).reply())
                  .isInstanceOfSatisfying(
                      ClientReply.Uploaded.class,
                      upload -> assertThat(upload.training().meanLoss()).hasValue(0.5));
            });
  }

  @Test
  void anAnswerWhoseLineBreaksIsGivenAgainAndCountsOnce() {
    Method method = SmallSteps.method("fedit", List.of());
    TestFederation.House house = federation.open();
    TestProbe<Lobby.Readiness> ready = federation.begin(house, "broken");
    CountDownLatch cut = new CountDownLatch(1);
    AtomicInteger measured = new AtomicInteger();
    try (FaultProxy proxy = new FaultProxy(house.port(), k -> Weather.CALM)) {
      Measurer cutOff =
          (adapter, sideDeltas) -> {
            if (measured.incrementAndGet() == 1) {
              proxy.cutAll();
              cut.countDown();
            }
            return counting(10).measure(adapter, sideDeltas);
          };
      site(proxy.port(), NORTH, Losses.SHARE, Optional.of(cutOff), event -> {});
      site(house.port(), ST_MARY, Losses.SHARE, Optional.of(counting(30)), event -> {});
      site(house.port(), EAST, Losses.SHARE, Optional.of(counting(5)), event -> {});
      TestFederation.NAMES.forEach(name -> ready.receiveMessage());

      TestFederation.ended(federation.startAsking("broken", method, house, events::add));
    }

    assertThat(cut.getCount()).isZero();
    PooledEvaluation start =
        all(RunEvent.EvaluatedAtSites.class).get(0).evaluation().pooled().orElseThrow();
    assertThat(start.sites()).containsExactly(ST_MARY, NORTH, EAST);
    assertThat(start.mean().examples()).isEqualTo(45);
    assertThat(measured).as("each of four states once").hasValue(4);
  }

  @Test
  void whatIsWithheldIsInNoReplyThatLeaves() {
    RoundId id = new RoundId("run", 1, 1);
    Digest state = Digest.of(new byte[] {1});
    Disclosure withhold = new Disclosure(Losses.WITHHOLD);
    ClientReply.Progress progress = new ClientReply.Progress(id, 1, 2, OptionalDouble.of(0.5));
    ClientReply.Measured counted =
        new ClientReply.Measured(RoundId.measuring("run", 1), state, new AnswerCounts(1, 1, 1, 1));
    ClientReply.Uploaded upload =
        new ClientReply.Uploaded(id, new Artifact(state, 1), new TrainingFigures(0.5, 3, 4, 5), 6);

    assertThat(withhold.of(progress))
        .isEqualTo(new ClientReply.Progress(id, 1, 2, OptionalDouble.empty()));
    assertThat(withhold.of(upload))
        .isEqualTo(
            new ClientReply.Uploaded(
                id, upload.update(), new TrainingFigures(OptionalDouble.empty(), 3, 4, 5), 6));
    assertThat(withhold.of(counted))
        .isInstanceOfSatisfying(
            ClientReply.NotMeasured.class,
            said -> assertThat(said.reason()).isEqualTo(Reason.WITHHELD));
    for (ClientReply reply : List.of(progress, upload, counted)) {
      assertThat(new Disclosure(Losses.SHARE).of(reply)).isSameAs(reply);
    }
  }

  /** What went wrong may be in the site's own examples. */
  @Test
  void whyASiteCouldNotMeasureStaysThere() {
    ClientReply.NotMeasured failed =
        new ClientReply.NotMeasured(
            RoundId.measuring("run", 1),
            Digest.of(new byte[] {1}),
            Reason.FAILED,
            "row 7, Anna Muster, cannot be read");

    for (Losses losses : Losses.values()) {
      ClientReply.NotMeasured said = (ClientReply.NotMeasured) new Disclosure(losses).of(failed);
      assertThat(said.reason()).isEqualTo(Reason.FAILED);
      assertThat(said.sentence()).isEqualTo("it could not measure; its own log says why");
    }
  }

  private void site(
      int port,
      String name,
      Losses losses,
      Optional<Measurer> measurer,
      Consumer<SiteEvent> listener) {
    federation.site(federation.join(name), port, losses, measurer, listener);
  }

  /** So many examples, with a loss that follows from the adapter. */
  private static Measurer counting(int examples) {
    return (adapter, sideDeltas) ->
        new AnswerCounts(examples, examples, examples / 2, magnitude(adapter) * examples);
  }

  private static double magnitude(Adapter adapter) {
    double sum = 0;
    for (var tensor : new TreeMap<>(Map.copyOf(adapter.tensors().asMap())).values()) {
      for (int i = 0; i < tensor.size(); i++) {
        sum += Math.abs(tensor.at(i));
      }
    }
    return sum;
  }

  private <E extends RunEvent> List<E> all(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
