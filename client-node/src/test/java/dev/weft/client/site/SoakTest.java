package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.ConfigFactory;
import dev.weft.client.SmallSteps;
import dev.weft.client.site.FaultProxy.Weather;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.journal.JournalFile;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.coordinator.store.SealedUploads;
import dev.weft.core.Text;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.privacy.keys.Credentials;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One coordinator plays run after run while its sites come and go over bad lines. What it holds
 * afterwards does not depend on how much it has played. {@code -Dweft.soak=N} plays N rounds in
 * place of a few.
 */
class SoakTest {
  private static final int ROUNDS = Integer.getInteger("weft.soak", 60);
  private static final long SEED = Long.getLong("weft.soak.seed", 1);
  private static final int RUNS = Math.max(6, Math.min(24, ROUNDS / 10));
  private static final int ROUNDS_OF_A_RUN = (ROUNDS + RUNS - 1) / RUNS;
  private static final Duration LIVENESS = Duration.ofMinutes(3);

  /**
   * What comes and goes with the moment: pools that shrink slowly, lines in the middle of ending.
   */
  private static final long PASSING_THREADS = 40;

  private static final long PASSING_HANDLES = 40;
  private static final long PASSING_BYTES = 6 << 20;

  private final SeededRandom random = new Seed(SEED).of("churn").random();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private ActorTestKit kit;
  private TestFederation federation;
  private TestFederation.House house;

  @TempDir private Path folder;

  /** Where a site is, and the line that leads from there. */
  private final class Place {
    private final Credentials own;
    private final FaultProxy proxy;
    private ActorRef<SiteNode.Message> site;

    Place(String name) {
      own = federation.join(name);
      Storm storm = new Storm(SEED, Integer.MAX_VALUE);
      // Every third connection is a bad one, so that rounds get through.
      proxy = new FaultProxy(house.port(), k -> k % 3 == 2 ? storm.of(name, k) : Weather.CALM);
      site = federation.site(own, proxy.port());
    }

    /** The site dies and is started again. */
    void restart() {
      kit.stop(site);
      site = federation.site(own, proxy.port());
    }
  }

  /** What this process holds once all rubbish is gone. */
  private record Held(long bytes, long threads, long handles) {
    static Held now() throws InterruptedException {
      for (int i = 0; i < 3; i++) {
        System.gc();
        TimeUnit.MILLISECONDS.sleep(100);
      }
      return new Held(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          ManagementFactory.getThreadMXBean().getThreadCount(),
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0);
    }

    @Override
    public String toString() {
      return Text.format("%d KiB, %d threads, %d handles", bytes >> 10, threads, handles);
    }
  }

  @AfterEach
  void stop() {
    places.values().forEach(place -> place.proxy.close());
    kit.shutdownTestKit();
  }

  @Test
  void manyRoundsWithSitesThatComeAndGoLeaveNothingBehind() throws Exception {
    kit =
        ActorTestKit.create(
            "SoakTest",
            ConfigFactory.parseString(
                    """
                    pekko.actor.testkit.typed.single-expect-default = 60s
                    pekko.http.server.http2 { ping-interval = 1s, ping-timeout = 1s }
                    pekko.loglevel = OFF
                    """)
                .withFallback(new JournalFile(folder.resolve("journal")).open())
                .withFallback(ConfigFactory.load("weft-coordinator")));
    federation = new TestFederation(kit, new TestAuthority(), folder);
    house =
        federation.open(
            new ArtifactDesk(
                DirectoryStore.open(folder.resolve("artifacts")),
                SealedUploads.in(folder.resolve("uploads"))));
    TestFederation.NAMES.forEach(name -> places.put(name, new Place(name)));
    Method method = SmallSteps.method("fedit", List.of());

    List<Held> held = new ArrayList<>();
    int committed = 0;
    for (int run = 1; run <= RUNS; run++) {
      committed += play("soak-" + run, method);
      held.add(Held.now());
      System.out.println(
          Text.format("seed %d: %d rounds committed, %s", SEED, committed, held.get(run - 1)));
    }

    assertThat(committed).isEqualTo(RUNS * ROUNDS_OF_A_RUN).isGreaterThanOrEqualTo(ROUNDS);
    assertFlat(held, "threads", Held::threads, PASSING_THREADS);
    assertFlat(held, "open handles", Held::handles, PASSING_HANDLES);
    assertFlat(held, "bytes of heap", Held::bytes, PASSING_BYTES);
  }

  /** Plays a run; between its rounds sites die and lines are cut. Returns what was committed. */
  private int play(String run, Method method) throws InterruptedException {
    TestProbe<Lobby.Readiness> ready = federation.begin(house, run);
    BlockingQueue<RunEvent> events = new LinkedBlockingQueue<>();
    TestProbe<RunEvent.RunEnded> end =
        federation.start(run, method, ROUNDS_OF_A_RUN, house, events::add);
    int committed = 0;
    RunEvent event;
    do {
      event = events.poll(LIVENESS.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("%s hangs after %d rounds; seed %d", run, committed, SEED).isNotNull();
      if (event instanceof RunEvent.RoundCommitted) {
        committed++;
        disturb();
      }
    } while (!(event instanceof RunEvent.RunEnded));
    TestFederation.ended(end);
    house.lobby().tell(new Lobby.End(run, "completed", Optional.empty()));
    ready.stop();
    end.stop();
    return committed;
  }

  private void disturb() {
    Place place = places.get(TestFederation.NAMES.get(random.nextInt(TestFederation.NAMES.size())));
    switch (random.nextInt(3)) {
      case 0 -> place.restart();
      case 1 -> place.proxy.cutAll();
      default -> {}
    }
  }

  /** The last third holds no more than the first, but for what is passing. */
  private static void assertFlat(
      List<Held> held, String what, ToLongFunction<Held> figure, long passing) {
    int third = held.size() / 3;
    assertThat(median(held.subList(held.size() - third, held.size()), figure))
        .as("%s after each run: %s", what, held)
        .isLessThanOrEqualTo(median(held.subList(0, third), figure) + passing);
  }

  private static long median(List<Held> held, ToLongFunction<Held> figure) {
    return held.stream().mapToLong(figure).sorted().toArray()[held.size() / 2];
  }
}
