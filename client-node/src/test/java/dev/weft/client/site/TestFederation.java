package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.Measurer;
import dev.weft.client.Pieces;
import dev.weft.client.SmallSteps;
import dev.weft.client.TrainingShelf;
import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunFacilities;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.Site;
import dev.weft.coordinator.sites.Doorway;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.state.StateManifest;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.Identity;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.RenewalRequest;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.transport.SignedLetters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.ServerBinding;

/** A coordinator and its sites in one process, with real lines between them. */
final class TestFederation {
  static final Digest BASE = Digest.of(new byte[] {1});
  static final List<String> NAMES = List.of("north", "St. Mary's hospital", "بیمارستان");
  static final int ROUNDS = 3;

  /** Of sites that are in a hurry. */
  static final Connection.Patience HASTE =
      new Connection.Patience(
          Duration.ofMillis(1000), Duration.ofMillis(20), Duration.ofMillis(200));

  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("query", 64, 48), new AdapterTarget.Layer("value", 64, 48)),
          new AdapterTarget.Head(5, 64));
  private static final Seed SEED = new Seed(9);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ActorTestKit kit;
  private final Path folder;
  private final TestAuthority authority;
  private final Map<NodeId, Credentials> members = new ConcurrentHashMap<>();

  private final AtomicReference<X509Certificate> shown = new AtomicReference<>();

  TestFederation(ActorTestKit kit, TestAuthority authority, Path folder) {
    this.kit = kit;
    this.authority = authority;
    this.folder = folder;
  }

  /** Actors as a coordinator has them, and patience with a busy machine. */
  static ActorTestKit kit(String name) {
    return kit(name, "");
  }

  /**
   * @param settings that differ
   */
  static ActorTestKit kit(String name, String settings) {
    return ActorTestKit.create(
        name,
        ConfigFactory.parseString(settings)
            .withFallback(
                ConfigFactory.parseString("pekko.actor.testkit.typed.single-expect-default = 60s"))
            .withFallback(ConfigFactory.load("weft-coordinator")));
  }

  /** A coordinator's end: its door, and what lies behind it. */
  record House(
      ServerBinding binding,
      ActorRef<Lobby.Message> lobby,
      ActorRef<Sessions.Message> sessions,
      ArtifactDesk desk) {
    int port() {
      return binding.localAddress().getPort();
    }

    void closeDoor() {
      binding.terminate(Duration.ofMillis(200)).toCompletableFuture().join();
    }
  }

  House open() {
    return open(new ArtifactDesk(new MemoryStore(), new MemoryStore()));
  }

  /** A house whose artifacts are where the desk has them. */
  House open(ArtifactDesk desk) {
    return open(
        kit.spawn(Lobby.create("weft test", InstantSource.system())),
        kit.spawn(Sessions.create()),
        desk);
  }

  /** Another door to the same house. */
  House reopen(House house) {
    return open(house.lobby(), house.sessions(), house.desk());
  }

  private House open(
      ActorRef<Lobby.Message> lobby, ActorRef<Sessions.Message> sessions, ArtifactDesk desk) {
    try {
      ServerBinding binding =
          new Doorway(kit.system(), gatekeeper(), lobby, () -> desk, ForkJoinPool.commonPool())
              .open(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), authority::serverSide)
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      return new House(binding, lobby, sessions, desk);
    } catch (Exception e) {
      throw new IllegalStateException("the door does not open", e);
    }
  }

  Doorway.Gatekeeper gatekeeper() {
    return new Doorway.Gatekeeper() {
      @Override
      public Doorway.Member member(X509Certificate certificate) {
        shown.set(certificate);
        Credentials site = members.get(Identity.of(certificate).node());
        return new Doorway.Member(site.enrolment().name().text(), () -> lettersOfCoordinator(site));
      }

      @Override
      public byte[] enrol(byte[] request) {
        return request.clone();
      }

      @Override
      public byte[] renew(String member, byte[] request) {
        return RenewalRequest.decode(request)
            .grant(authority.authority(), authority.coordinator().coordinator())
            .encode();
      }
    };
  }

  private Correspondence lettersOfCoordinator(Credentials site) {
    Credentials coordinator = authority.coordinator();
    return new SignedLetters(
        coordinator.federation().id(),
        NodeId.COORDINATOR,
        coordinator.signing(),
        site.node(),
        site.signing().verifyingKey(),
        new SecureRandom());
  }

  /** The certificate that a site has shown last. */
  X509Certificate shown() {
    return shown.get();
  }

  /** A member from now on. */
  Credentials join(String name) {
    Credentials own = authority.site(name);
    members.put(own.node(), own);
    return own;
  }

  GrpcLines lines(Credentials own, List<Integer> ports) {
    return linesTo(
        own,
        ports.stream().map(port -> Address.parse("localhost:" + port)).toList(),
        Optional.empty());
  }

  GrpcLines linesTo(Credentials own, List<Address> addresses, Optional<HttpProxy> proxy) {
    return new GrpcLines(
        kit.system(),
        addresses,
        new TestIdentity(own),
        proxy,
        new GrpcLines.Pings(Duration.ofSeconds(10), Duration.ofSeconds(2)));
  }

  RemoteTransfer transfer(GrpcLines lines, String shelf) {
    return new RemoteTransfer(
        lines::client,
        DirectoryStore.open(folder.resolve(shelf)),
        kit.system(),
        ForkJoinPool.commonPool(),
        Duration.ofMillis(20));
  }

  ActorRef<SiteNode.Message> site(
      Credentials own, GrpcLines lines, ArtifactTransfer transfer, Consumer<SiteEvent> listener) {
    return site(own, lines, transfer, HASTE, listener);
  }

  ActorRef<SiteNode.Message> site(
      Credentials own,
      GrpcLines lines,
      ArtifactTransfer transfer,
      Connection.Patience patience,
      Consumer<SiteEvent> listener) {
    return site(
        setup(own.enrolment().name().text(), new Pieces(), transfer), lines, patience, listener);
  }

  private ActorRef<SiteNode.Message> site(
      ClientSetup setup,
      GrpcLines lines,
      Connection.Patience patience,
      Consumer<SiteEvent> listener) {
    return kit.spawn(
        SiteNode.create(
            terms -> CompletableFuture.completedFuture(setup),
            ears -> Connection.create(lines, "weft test", patience, ears, listener),
            listener));
  }

  /** A site that dials one port and measures states, or keeps its figures to itself. */
  ActorRef<SiteNode.Message> site(
      Credentials own,
      int port,
      Losses losses,
      Optional<Measurer> measurer,
      Consumer<SiteEvent> listener) {
    GrpcLines lines = lines(own, List.of(port));
    return site(
        setup(
            own.enrolment().name().text(),
            new Pieces(),
            transfer(lines, own.node().value()),
            losses,
            measurer),
        lines,
        HASTE,
        listener);
  }

  /** A site that dials one port. */
  ActorRef<SiteNode.Message> site(Credentials own, int port) {
    GrpcLines lines = lines(own, List.of(port));
    return site(own, lines, transfer(lines, own.node().value()), event -> {});
  }

  TestProbe<Lobby.Readiness> begin(House house, String run, String... sites) {
    TestProbe<Lobby.Readiness> ready = kit.createTestProbe();
    house
        .lobby()
        .tell(
            new Lobby.Begin(
                new RunTerms(run, BASE, List.of(), Map.of(), ROUNDS, 1000),
                Set.of(sites),
                house.sessions(),
                ready.ref()));
    return ready;
  }

  /** The digest that a run ends with whose sites live in the coordinator's process. */
  Digest inOneProcess(Method method) {
    ArtifactDesk desk = new ArtifactDesk(new MemoryStore(), new MemoryStore());
    ActorRef<Sessions.Message> sessions = kit.spawn(Sessions.create());
    Pieces pieces = new Pieces();
    for (String name : NAMES) {
      sessions.tell(
          new Sessions.Join(name, kit.spawn(Client.create(setup(name, pieces, desk.at(name))))));
    }
    return play("here", method, sessions, desk);
  }

  private static ClientSetup setup(String name, Pieces pieces, ArtifactTransfer transfer) {
    return setup(name, pieces, transfer, Losses.SHARE, Optional.empty());
  }

  private static ClientSetup setup(
      String name,
      Pieces pieces,
      ArtifactTransfer transfer,
      Losses losses,
      Optional<Measurer> measurer) {
    return new ClientSetup(
        name,
        TARGET,
        BASE,
        SmallSteps.examples(10 + NAMES.indexOf(name)),
        pieces,
        transfer,
        new MemoryStore(),
        SmallSteps.moving(),
        ClientSetup.ANY_UPLOAD,
        losses,
        measurer,
        TrainingShelf.NONE,
        ForkJoinPool.commonPool());
  }

  Digest play(String run, Method method, House house) {
    return play(run, method, house.sessions(), house.desk());
  }

  private Digest play(
      String run, Method method, ActorRef<Sessions.Message> sessions, ArtifactDesk desk) {
    return ended(start(spec(run, method), sessions, desk, false, event -> {}));
  }

  /** Begins a run whose sites measure and whose coordinator does not; the probe hears its end. */
  TestProbe<RunEvent.RunEnded> startAsking(
      String run, Method method, House house, Consumer<RunEvent> listener) {
    return start(spec(run, method), house.sessions(), house.desk(), true, listener);
  }

  /** Begins a run; the probe hears its end. */
  TestProbe<RunEvent.RunEnded> start(
      String run, Method method, House house, Consumer<RunEvent> listener) {
    return start(spec(run, method), house.sessions(), house.desk(), false, listener);
  }

  /** Begins a run of so many rounds, whose rounds are tried until they succeed. */
  TestProbe<RunEvent.RunEnded> start(
      String run, Method method, int rounds, House house, Consumer<RunEvent> listener) {
    Duration soon = Duration.ofMillis(50);
    RoundConfig patient =
        new RoundConfig(
            1,
            2,
            Optional.empty(),
            Optional.of(Integer.MAX_VALUE),
            soon,
            MINUTE,
            MINUTE,
            MINUTE,
            MINUTE);
    return start(
        spec(run, method, patient, rounds), house.sessions(), house.desk(), false, listener);
  }

  private TestProbe<RunEvent.RunEnded> start(
      RunSpec spec,
      ActorRef<Sessions.Message> sessions,
      ArtifactDesk desk,
      boolean asksSites,
      Consumer<RunEvent> listener) {
    TestProbe<RunEvent.RunEnded> end = kit.createTestProbe();
    RunFacilities facilities =
        new RunFacilities(
            sessions,
            desk,
            asksSites
                ? Optional.empty()
                : Optional.of(
                    state ->
                        CompletableFuture.completedFuture(
                            Evaluation.classification(0.5, 0.5, 0.5, 10))),
            asksSites,
            ForkJoinPool.commonPool());
    kit.spawn(
        Run.create(
            spec,
            facilities,
            event -> {
              listener.accept(event);
              if (event instanceof RunEvent.RunEnded ended) {
                end.ref().tell(ended);
              }
            }));
    return end;
  }

  /** The digest of the state that a run ended with, if it ended well. */
  static Digest ended(TestProbe<RunEvent.RunEnded> end) {
    return ended(end, MINUTE);
  }

  static Digest ended(TestProbe<RunEvent.RunEnded> end, Duration deadline) {
    RunEvent.RunEnded ended = end.receiveMessage(deadline);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    return StateManifest.of(ended.lastGood()).digest();
  }

  private static RunSpec spec(String run, Method method) {
    return spec(
        run,
        method,
        new RoundConfig(
            1, 2, Optional.empty(), Optional.empty(), MINUTE, MINUTE, MINUTE, MINUTE, MINUTE),
        ROUNDS);
  }

  private static RunSpec spec(String run, Method method, RoundConfig round, int rounds) {
    return new RunSpec(
        run,
        method,
        LocalTraining.ofEpochs(1, 8, 1e-3),
        round,
        new UpdateEncoding(new FixedPoint(24, 8), 10 + NAMES.size(), NAMES.size()),
        SEED,
        rounds,
        method.init().initialise(method.adapter(), TARGET, SEED.of("init"), List.of()),
        BASE,
        NAMES.stream().map(site -> new Site(site, method.adapter().rank())).toList(),
        true,
        Map.of());
  }
}
