package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.SmallSteps;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.Digest;
import dev.weft.core.method.Method;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.KeyFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site whose certificate is past half of its life, over a real line. */
class RenewingTest {
  private static final InstantSource TWENTY_DAYS_AGO =
      InstantSource.offset(InstantSource.system(), Duration.ofDays(-20));

  private final ActorTestKit kit = TestFederation.kit("RenewingTest");

  @TempDir private Path folder;

  private final TestAuthority authority = new TestAuthority(TWENTY_DAYS_AGO);
  private TestFederation federation;

  @BeforeEach
  void found() {
    federation = new TestFederation(kit, authority, folder);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void itGetsTheNextOneOverItsLineAndShowsItAtOnceAndRunsGoOn() {
    TestFederation.House house = federation.open();
    Credentials before = federation.join(TestFederation.NAMES.get(0));
    authority.setClock(InstantSource.system());
    KeyFolder keys = new KeyFolder(folder.resolve("keys"));
    keys.save(before);
    TestProbe<SiteEvent> events = kit.createTestProbe();

    site(keys, house, events);

    assertThat(events.receiveMessage()).isInstanceOf(SiteEvent.Connected.class);
    SiteEvent.Renewed renewed = events.expectMessageClass(SiteEvent.Renewed.class);
    Credentials kept = keys.credentials();
    assertThat(renewed.until()).isEqualTo(kept.notAfter()).isAfter(before.notAfter());
    assertThat(kept.signing().verifyingKey()).isEqualTo(before.signing().verifyingKey());
    assertThat(events.receiveMessage()).isInstanceOf(SiteEvent.Connected.class);
    assertThat(federation.shown()).isEqualTo(kept.issued().certificate());
    assertEndsAsInOneProcess(house);
    events.expectNoMessage();
  }

  private void site(KeyFolder keys, TestFederation.House house, TestProbe<SiteEvent> events) {
    GrpcLines lines =
        new GrpcLines(
            kit.system(),
            List.of(Address.parse("localhost:" + house.port())),
            new OwnCertificate(keys, InstantSource.system(), ForkJoinPool.commonPool()),
            Optional.empty());
    federation.site(
        keys.credentials(),
        lines,
        federation.transfer(lines, "north"),
        event -> {
          if (event instanceof SiteEvent.Connected || event instanceof SiteEvent.Renewed) {
            events.ref().tell(event);
          }
        });
  }

  private void assertEndsAsInOneProcess(TestFederation.House house) {
    Method method = SmallSteps.method("fedit", List.of());
    Digest here = federation.inOneProcess(method);
    TestProbe<Lobby.Readiness> ready = federation.begin(house, "across");
    for (String name : TestFederation.NAMES.subList(1, TestFederation.NAMES.size())) {
      federation.site(federation.join(name), house.port());
    }
    TestFederation.NAMES.forEach(name -> ready.receiveMessage());
    assertThat(federation.play("across", method, house)).isEqualTo(here);
  }
}
