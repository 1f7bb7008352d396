package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.sites.Doorway;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.NodeId;
import dev.weft.protocol.transport.SignedLetters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A site that ends says so, and does not come back. */
class LeavingTest {
  private final ActorTestKit kit = TestFederation.kit("LeavingTest");
  private final TestAuthority authority = new TestAuthority();
  private final Credentials site = authority.site("hospital-a");

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void theCoordinatorHearsItAndTheSiteDoesNotComeBack() throws Exception {
    ActorRef<Lobby.Message> lobby =
        kit.spawn(Lobby.create("weft test", InstantSource.system()), "lobby");
    ServerBinding binding =
        new Doorway(kit.system(), gatekeeper(), lobby, () -> null, ForkJoinPool.commonPool())
            .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), authority::serverSide)
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    TestProbe<SiteEvent> events = kit.createTestProbe();
    ActorRef<SiteNode.Message> node = spawnSite(binding.localAddress().getPort(), events);
    assertThat(events.receiveMessage()).isInstanceOf(SiteEvent.Connected.class);

    TestProbe<Done> left = kit.createTestProbe();
    node.tell(new SiteNode.Leave(left.ref()));
    left.receiveMessage();

    TestProbe<List<Lobby.Presence>> here = kit.createTestProbe();
    here.awaitAssert(
        () -> {
          lobby.tell(new Lobby.Who(here.ref()));
          assertThat(here.receiveMessage()).isEmpty();
          return true;
        });
    events.expectNoMessage();
  }

  @Test
  void withoutALineItEndsAtOnce() {
    TestProbe<SiteEvent> events = kit.createTestProbe();
    ActorRef<SiteNode.Message> node = spawnSite(9, events);
    assertThat(events.receiveMessage()).isInstanceOf(SiteEvent.Lost.class);

    TestProbe<Done> left = kit.createTestProbe();
    node.tell(new SiteNode.Leave(left.ref()));

    left.receiveMessage();
  }

  private ActorRef<SiteNode.Message> spawnSite(int port, TestProbe<SiteEvent> events) {
    GrpcLines lines =
        new GrpcLines(
            kit.system(),
            List.of(Address.parse("localhost:" + port)),
            new TestIdentity(site),
            Optional.empty());
    return kit.spawn(
        SiteNode.create(
            terms -> CompletableFuture.failedFuture(new IllegalStateException("no run is on")),
            ears -> Connection.create(lines, "weft test", ears, events.ref()::tell),
            events.ref()::tell));
  }

  private static SignedLetters letters(Credentials own, NodeId other, Credentials theirs) {
    return new SignedLetters(
        own.federation().id(),
        own.node(),
        own.signing(),
        other,
        theirs.signing().verifyingKey(),
        new SecureRandom());
  }

  private Doorway.Gatekeeper gatekeeper() {
    return new Doorway.Gatekeeper() {
      @Override
      public Doorway.Member member(X509Certificate certificate) {
        return new Doorway.Member(
            "hospital-a", () -> letters(authority.coordinator(), site.node(), site));
      }

      @Override
      public byte[] enrol(byte[] request) {
        throw new WeftException(Problem.ENROLMENT_REFUSED, "nobody enrols here");
      }

      @Override
      public byte[] renew(String member, byte[] request) {
        throw new WeftException(Problem.ENROLMENT_REFUSED, "nobody renews here");
      }
    };
  }
}
