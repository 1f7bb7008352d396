package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.Pieces;
import dev.weft.client.SmallSteps;
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
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.transport.SignedLetters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs over real lines: gRPC, TLS and signed letters on this machine. */
class SitesTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("query", 64, 48), new AdapterTarget.Layer("value", 64, 48)),
          new AdapterTarget.Head(5, 64));
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final Seed SEED = new Seed(9);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final List<String> NAMES = List.of("north", "St. Mary's hospital", "بیمارستان");
  private static final int ROUNDS = 3;

  private final ActorTestKit kit =
      ActorTestKit.create(
          "SitesTest",
          ConfigFactory.parseString("pekko.actor.testkit.typed.single-expect-default = 60s")
              .withFallback(ConfigFactory.load("weft-coordinator")));
  private final TestAuthority authority = new TestAuthority();
  private final Map<NodeId, Credentials> members = new HashMap<>();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedit", "flora", "lora-fair"})
  void aRunOverLinesEndsWithTheBitsOfOneInAProcess(String name) throws Exception {
    Method method = SmallSteps.method(name, List.of());
    Digest here = inOneProcess(method);

    Digest across = acrossLines(method);

    assertThat(across).isEqualTo(here);
  }

  private Digest acrossLines(Method method) throws Exception {
    ArtifactDesk desk = new ArtifactDesk(new MemoryStore(), new MemoryStore());
    ActorRef<Lobby.Message> lobby =
        kit.spawn(Lobby.create("weft test", InstantSource.system()), "lobby");
    ServerBinding binding =
        new Doorway(kit.system(), gatekeeper(), lobby, () -> desk, ForkJoinPool.commonPool())
            .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), authority::serverSide)
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    ActorRef<Sessions.Message> sessions = kit.spawn(Sessions.create());
    TestProbe<Lobby.Readiness> ready = kit.createTestProbe();
    lobby.tell(
        new Lobby.Begin(
            new RunTerms("across", BASE, List.of(), Map.of(), ROUNDS, 1000),
            Set.of(),
            sessions,
            ready.ref()));
    for (String site : NAMES) {
      spawnSite(site, binding.localAddress().getPort());
    }
    IntStream.range(0, NAMES.size()).forEach(i -> ready.receiveMessage());
    return play("across", method, sessions, desk);
  }

  private void spawnSite(String name, int port) {
    Credentials own = authority.site(name);
    members.put(own.node(), own);
    GrpcLines lines =
        new GrpcLines(
            kit.system(),
            List.of(Address.parse("localhost:" + port)),
            () -> TestAuthority.context(own),
            Optional.empty(),
            () ->
                new SignedLetters(
                    own.federation().id(),
                    own.node(),
                    own.signing(),
                    NodeId.COORDINATOR,
                    own.coordinatorKey(),
                    new SecureRandom()));
    ArtifactTransfer transfer =
        new RemoteTransfer(
            lines::client,
            DirectoryStore.open(folder.resolve(own.node().value())),
            kit.system(),
            ForkJoinPool.commonPool());
    kit.spawn(
        SiteNode.create(
            terms -> CompletableFuture.completedFuture(setup(name, new Pieces(), transfer)),
            ears -> Connection.create(lines, "weft test", ears, event -> {}),
            event -> {}));
  }

  private Doorway.Gatekeeper gatekeeper() {
    return new Doorway.Gatekeeper() {
      @Override
      public Doorway.Member member(X509Certificate certificate) {
        Credentials coordinator = authority.coordinator();
        Credentials site = members.get(Identity.of(certificate).node());
        return new Doorway.Member(
            site.enrolment().name().text(),
            () ->
                new SignedLetters(
                    coordinator.federation().id(),
                    NodeId.COORDINATOR,
                    coordinator.signing(),
                    site.node(),
                    site.signing().verifyingKey(),
                    new SecureRandom()));
      }

      @Override
      public byte[] enrol(byte[] request) {
        throw new IllegalStateException("nobody enrols here");
      }
    };
  }

  private Digest inOneProcess(Method method) {
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
        ForkJoinPool.commonPool());
  }

  private Digest play(
      String run, Method method, ActorRef<Sessions.Message> sessions, ArtifactDesk desk) {
    TestProbe<RunEvent.RunEnded> end = kit.createTestProbe();
    RunFacilities facilities =
        new RunFacilities(
            sessions,
            desk,
            state ->
                CompletableFuture.completedFuture(Evaluation.classification(0.5, 0.5, 0.5, 10)),
            ForkJoinPool.commonPool());
    kit.spawn(
        Run.create(
            spec(run, method),
            facilities,
            event -> {
              if (event instanceof RunEvent.RunEnded ended) {
                end.ref().tell(ended);
              }
            }));
    RunEvent.RunEnded ended = end.receiveMessage();
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    return StateManifest.of(ended.lastGood()).digest();
  }

  private static RunSpec spec(String run, Method method) {
    return new RunSpec(
        run,
        method,
        LocalTraining.ofEpochs(1, 8, 1e-3),
        new RoundConfig(
            1, 2, Optional.empty(), Optional.empty(), MINUTE, MINUTE, MINUTE, MINUTE, MINUTE),
        new UpdateEncoding(new FixedPoint(24, 8), 10 + NAMES.size(), NAMES.size()),
        SEED,
        ROUNDS,
        method.init().initialise(method.adapter(), TARGET, SEED.of("init"), List.of()),
        BASE,
        NAMES.stream().map(site -> new Site(site, method.adapter().rank())).toList(),
        true,
        Map.of());
  }
}
