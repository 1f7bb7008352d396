package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.SmallSteps;
import dev.weft.client.site.FaultProxy.End;
import dev.weft.client.site.FaultProxy.Weather;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.method.Method;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.protocol.RoundId;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines that break at the worst moment. */
@Timeout(value = 120)
class BrokenLinesTest {
  private static final RoundId ID = new RoundId("run", 1, 1);
  private static final int MIB = 1 << 20;

  private final ActorTestKit kit =
      TestFederation.kit(
          "BrokenLinesTest",
          """
          pekko.http.server.http2 { ping-interval = 1s, ping-timeout = 1s }
          """);

  @TempDir private Path folder;

  private final TestAuthority authority = new TestAuthority();
  private final MemoryStore outbox = new MemoryStore();
  private TestFederation federation;
  private TestFederation.House house;
  private Credentials own;

  @BeforeEach
  void found() {
    federation = new TestFederation(kit, authority, folder);
    house = federation.open();
    own = federation.join("north");
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void anUploadOf64MebibytesThatIsCutTenTimesArrives() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Artifact update = artifact(64 * MIB, seed);
    house.desk().open(ID, Set.of(), update.bytes());
    try (FaultProxy proxy =
        new FaultProxy(
            house.port(),
            k ->
                k < 10
                    ? Weather.CALM.cutAfter(
                        100_000 + random.nextInt(12 * MIB), Long.MAX_VALUE, End.RESET)
                    : Weather.CALM)) {
      leave(proxy.port(), update, () -> {});

      assertThat(proxy.connections()).as("seed %d", seed).isGreaterThan(4);
      assertArrived(update);
    }
  }

  /** The site cannot know that all of it came. */
  @Test
  void anUploadWhoseAcknowledgementIsLostIsNotSentAgain() throws Exception {
    Artifact update = artifact(50_000, 1); // what goes without a word from the other side
    house.desk().open(ID, Set.of(), update.bytes());
    AtomicBoolean first = new AtomicBoolean(true);
    AtomicLong pieces = new AtomicLong();
    try (FaultProxy proxy = new FaultProxy(house.port(), k -> Weather.CALM)) {
      GrpcLines lines = federation.lines(own, List.of(proxy.port()));
      lines.next();
      CompletionStage<Void> left =
          federation
              .transfer(lines, "shelf")
              .leave(
                  ID,
                  update,
                  outbox,
                  () -> {
                    pieces.incrementAndGet();
                    if (first.getAndSet(false)) {
                      proxy.mute(true);
                    }
                  });
      while (house.desk().have(ID, "north", update) < update.bytes()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(left.toCompletableFuture()).isNotDone();
      proxy.mute(false);
      proxy.cutAll();
      left.toCompletableFuture().get(60, TimeUnit.SECONDS);

      assertThat(pieces).hasValue(1);
      assertArrived(update);
    }
  }

  @Test
  void aSiteThatIsStartedAgainGoesOnWithItsUpload() throws Exception {
    Artifact update = artifact(8 * MIB, 2);
    house.desk().open(ID, Set.of(), update.bytes());
    AtomicLong pieces = new AtomicLong();
    try (FaultProxy proxy =
        new FaultProxy(
            house.port(),
            k ->
                k == 0
                    ? Weather.CALM.cutAfter(5 * MIB, Long.MAX_VALUE, End.RESET)
                    : Weather.CALM)) {
      GrpcLines killed = federation.lines(own, List.of(proxy.port()));
      killed.next();
      federation.transfer(killed, "shelf").leave(ID, update, outbox, () -> {});
      while (house.desk().have(ID, "north", update) < 4 * MIB) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      killed.close();
      long had = house.desk().have(ID, "north", update);

      leave(proxy.port(), update, pieces::incrementAndGet);

      assertThat(had).isBetween(4L * MIB, 5L * MIB);
      assertThat(pieces.get()).isBetween(10L, 20L);
      assertArrived(update);
    }
  }

  @Test
  void aSiteThatIsStartedAgainGoesOnWithWhatItFetched() throws Exception {
    MemoryStore store = new MemoryStore();
    Artifact piece = put(store, 8 * MIB, 3);
    ArtifactDesk desk = house.desk();
    Artifact laidOut = put((MemoryStore) desk.store(), 8 * MIB, 3);
    assertThat(laidOut).isEqualTo(piece);
    desk.open(ID, Set.of(piece.digest()), 1);
    AtomicBoolean killed = new AtomicBoolean();
    ExecutorService disk = Executors.newSingleThreadExecutor();
    try (FaultProxy proxy =
        new FaultProxy(
            house.port(),
            k -> {
              Weather cut = Weather.CALM.cutAfter(Long.MAX_VALUE, 5 * MIB, End.RESET);
              return k == 0 ? cut : killed.get() ? Weather.CALM : Weather.REFUSED;
            })) {
      GrpcLines before = federation.lines(own, List.of(proxy.port()));
      before.next();
      new RemoteTransfer(
              before::client,
              DirectoryStore.open(folder.resolve("shelf")),
              kit.system(),
              disk,
              Duration.ofMillis(20))
          .fetch(ID, piece, () -> {});
      while (proxy.connections() < 2) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      before.close();
      disk.shutdown();
      assertThat(disk.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      killed.set(true);
      GrpcLines lines = federation.lines(own, List.of(proxy.port()));
      lines.next();

      Digest fetched =
          federation
              .transfer(lines, "shelf")
              .fetch(ID, piece, () -> {})
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS)
              .read(piece.digest(), (InputStream in) -> Digest.of(in));
      assertThat(fetched).isEqualTo(piece.digest());
      assertThat(desk.close(ID).down()).isBetween(8L * MIB, 8L * MIB + 5L * MIB);
      lines.close();
    }
    assertThat(DirectoryStore.open(folder.resolve("shelf")).bytes(piece.digest())).isPresent();
  }

  /** The one that answers is found among several. */
  @Test
  void aCoordinatorThatMovesToAnotherPortIsFoundThere() {
    Method method = SmallSteps.method("fedit", List.of());
    Digest calm = federation.inOneProcess(method);
    try (FaultProxy before = new FaultProxy(house.port(), k -> Weather.CALM);
        FaultProxy after = new FaultProxy(1, k -> Weather.CALM)) {
      TestProbe<Lobby.Readiness> ready = federation.begin(house, "moving");
      for (String name : TestFederation.NAMES) {
        Credentials site = federation.join(name);
        GrpcLines lines = federation.lines(site, List.of(before.port(), after.port()));
        federation.site(site, lines, federation.transfer(lines, name), event -> {});
      }
      Set<String> here = new HashSet<>();
      while (here.size() < TestFederation.NAMES.size()) {
        here.add(ready.receiveMessage().site());
      }
      AtomicBoolean moved = new AtomicBoolean();
      TestProbe<RunEvent.RunEnded> end =
          federation.start(
              "moving",
              method,
              house,
              event -> {
                if (event instanceof RunEvent.RoundCommitted && !moved.getAndSet(true)) {
                  before.leadTo(1);
                  before.cutAll();
                  after.leadTo(federation.reopen(house).port());
                }
              });

      assertThat(TestFederation.ended(end)).isEqualTo(calm);
      assertThat(moved).isTrue();
      assertThat(after.connections()).isPositive();
    }
  }

  @Test
  void theNewerOfTwoStreamsOfASiteStays() throws Exception {
    BlockingQueue<SiteEvent> older = new LinkedBlockingQueue<>();
    BlockingQueue<SiteEvent> newer = new LinkedBlockingQueue<>();
    ActorRef<SiteNode.Message> first = node(older);
    assertThat(older.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Connected.class);
    ActorRef<SiteNode.Message> second = node(newer);
    assertThat(newer.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Connected.class);

    assertThat(older.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Lost.class);
    TestProbe<List<Lobby.Presence>> who = kit.createTestProbe();
    house.lobby().tell(new Lobby.Who(who.ref()));
    assertThat(who.receiveMessage()).extracting(Lobby.Presence::site).containsExactly("north");
    kit.stop(first);
    kit.stop(second);
  }

  @Test
  void aRunGoesThroughAProxyThatKnowsTheNameAlone() throws Exception {
    try (ConnectProxy way = new ConnectProxy(house.port(), Optional.of("anna:geheim"))) {
      BlockingQueue<SiteEvent> events = new LinkedBlockingQueue<>();

      ActorRef<SiteNode.Message> site =
          through(way, Optional.of(new HttpProxy.Login("anna", "geheim")), events);

      assertThat(events.poll(60, TimeUnit.SECONDS))
          .isEqualTo(new SiteEvent.Connected(TestAuthority.UNKNOWN_NAME + ":8443", "weft test"));
      assertThat(way.asked().get(0))
          .isEqualTo("CONNECT " + TestAuthority.UNKNOWN_NAME + ":8443 HTTP/1.1");
      kit.stop(site);
    }
  }

  @Test
  void aProxyThatAsksForNoPasswordIsGone() throws Exception {
    try (ConnectProxy way = new ConnectProxy(house.port(), Optional.empty())) {
      BlockingQueue<SiteEvent> events = new LinkedBlockingQueue<>();

      ActorRef<SiteNode.Message> site = through(way, Optional.empty(), events);

      assertThat(events.poll(60, TimeUnit.SECONDS)).isInstanceOf(SiteEvent.Connected.class);
      kit.stop(site);
    }
  }

  @Test
  void aWrongPasswordOfTheProxyIsNamed() throws Exception {
    try (ConnectProxy way = new ConnectProxy(house.port(), Optional.of("anna:geheim"))) {
      for (Optional<HttpProxy.Login> login :
          List.of(
              Optional.<HttpProxy.Login>empty(),
              Optional.of(new HttpProxy.Login("anna", "wrong")))) {
        BlockingQueue<SiteEvent> events = new LinkedBlockingQueue<>();
        ActorRef<SiteNode.Message> site = through(way, login, events);

        SiteEvent.Lost lost = (SiteEvent.Lost) events.poll(60, TimeUnit.SECONDS);
        assertThat(lost.reason())
            .isEqualTo(
                "the HTTP proxy asks for a user and password, or refuses those it was given (407);"
                    + " name a file with user:password in client.proxy-login");
        kit.stop(site);
      }
    }
  }

  @Test
  void aProxyThatNobodyKnowsIsNamed() throws Exception {
    BlockingQueue<SiteEvent> events = new LinkedBlockingQueue<>();
    ActorRef<SiteNode.Message> site =
        through(
            new HttpProxy(Address.parse("no-such-proxy.invalid:3128"), Optional.empty()), events);

    SiteEvent.Lost lost = (SiteEvent.Lost) events.poll(60, TimeUnit.SECONDS);

    assertThat(lost.reason())
        .contains("the HTTP proxy no-such-proxy.invalid cannot be found by its name");
    kit.stop(site);
  }

  private ActorRef<SiteNode.Message> through(
      ConnectProxy way, Optional<HttpProxy.Login> login, BlockingQueue<SiteEvent> events) {
    return through(new HttpProxy(Address.parse("localhost:" + way.port()), login), events);
  }

  private ActorRef<SiteNode.Message> through(HttpProxy way, BlockingQueue<SiteEvent> events) {
    GrpcLines lines =
        federation.linesTo(
            own, List.of(Address.parse(TestAuthority.UNKNOWN_NAME + ":8443")), Optional.of(way));
    return federation.site(own, lines, federation.transfer(lines, "shelf"), events::add);
  }

  private ActorRef<SiteNode.Message> node(BlockingQueue<SiteEvent> events) {
    GrpcLines lines = federation.lines(own, List.of(house.port()));
    return federation.site(own, lines, federation.transfer(lines, "shelf"), events::add);
  }

  private void leave(int port, Artifact update, Runnable alive) throws Exception {
    GrpcLines lines = federation.lines(own, List.of(port));
    lines.next();
    federation
        .transfer(lines, "shelf")
        .leave(ID, update, outbox, alive)
        .toCompletableFuture()
        .get(100, TimeUnit.SECONDS);
    lines.close();
  }

  private void assertArrived(Artifact update) {
    Digest read = house.desk().read(ID, "north", update, (InputStream in) -> Digest.of(in));
    assertThat(read).isEqualTo(update.digest());
    assertThat(house.desk().close(ID).up()).isEqualTo(update.bytes());
  }

  private Artifact artifact(int bytes, long seed) {
    return put(outbox, bytes, seed);
  }

  private static Artifact put(MemoryStore store, int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return store.put(out -> out.write(content));
  }
}
