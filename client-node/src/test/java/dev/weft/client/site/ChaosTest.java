package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.SmallSteps;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.method.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs over lines in bad weather. {@code -Dweft.chaos=N} plays N schedules in place of a few, and
 * {@code -Dweft.chaos.seed=S} begins with that of seed S; the seeds that failed are printed.
 */
class ChaosTest {
  private static final int SCHEDULES = Integer.getInteger("weft.chaos", 50);
  private static final long FIRST = Long.getLong("weft.chaos.seed", 1);
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  /** Schedules at once. */
  private static final int LANES = 6;

  /** Bad connections of each site in a run. */
  private static final int CONNECTIONS = 5;

  private final ActorTestKit kit =
      TestFederation.kit(
          "ChaosTest",
          """
          pekko.http.server.http2 { ping-interval = 1s, ping-timeout = 1s }
          pekko.loglevel = OFF
          """);

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void inAnyWeatherARunEndsWithTheBitsOfACalmOne() {
    Method method = SmallSteps.method("fedit", List.of());
    TestAuthority authority = new TestAuthority();
    Digest calm = new TestFederation(kit, authority, folder).inOneProcess(method);
    List<String> failed = Collections.synchronizedList(new ArrayList<>());

    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try {
      List<CompletableFuture<Void>> schedules =
          LongStream.range(FIRST, FIRST + SCHEDULES)
              .mapToObj(
                  seed ->
                      CompletableFuture.supplyAsync(
                              () -> play(seed, method, at(authority, seed)), lanes)
                          .handle(
                              (digest, thrown) -> {
                                if (thrown != null || !digest.equals(calm)) {
                                  failed.add(Text.format("seed %d: %s", seed, thrown));
                                }
                                return (Void) null;
                              }))
              .toList();
      schedules.forEach(CompletableFuture::join);
    } finally {
      lanes.shutdownNow();
    }

    assertThat(failed)
        .as(
            "%d schedules from seed %d on; play one alone with -Dweft.chaos=1 -Dweft.chaos.seed=N",
            SCHEDULES, FIRST)
        .isEmpty();
  }

  private TestFederation at(TestAuthority authority, long seed) {
    return new TestFederation(kit, authority, folder.resolve("seed-" + seed));
  }

  private Digest play(long seed, Method method, TestFederation federation) {
    String run = "chaos-" + seed;
    Storm storm = new Storm(seed, CONNECTIONS);
    TestFederation.House house = federation.open();
    TestProbe<Lobby.Readiness> ready = federation.begin(house, run);
    List<FaultProxy> proxies = new ArrayList<>();
    List<ActorRef<SiteNode.Message>> sites = new ArrayList<>();
    try {
      for (String name : TestFederation.NAMES) {
        FaultProxy proxy = new FaultProxy(house.port(), k -> storm.of(name, k));
        proxies.add(proxy);
        sites.add(federation.site(federation.join(name), proxy.port()));
      }
      Set<String> here = new HashSet<>();
      while (here.size() < TestFederation.NAMES.size()) {
        here.add(ready.receiveMessage(DEADLINE).site());
      }
      TestProbe<RunEvent.RunEnded> end = federation.start(run, method, house, event -> {});
      return TestFederation.ended(end, DEADLINE);
    } finally {
      sites.forEach(kit::stop);
      proxies.forEach(FaultProxy::close);
      house.closeDoor();
    }
  }
}
