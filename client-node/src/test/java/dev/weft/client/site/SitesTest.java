package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.SmallSteps;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.Digest;
import dev.weft.core.method.Method;
import java.nio.file.Path;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs over real lines: gRPC, TLS and signed letters on this machine. */
class SitesTest {
  private final ActorTestKit kit = TestFederation.kit("SitesTest");

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

  @ParameterizedTest
  @ValueSource(strings = {"fedit", "flora", "lora-fair"})
  void aRunOverLinesEndsWithTheBitsOfOneInAProcess(String name) {
    Method method = SmallSteps.method(name, List.of());
    Digest here = federation.inOneProcess(method);

    assertThat(acrossLines(method)).isEqualTo(here);
  }

  private Digest acrossLines(Method method) {
    TestFederation.House house = federation.open();
    TestProbe<Lobby.Readiness> ready = federation.begin(house, "across");
    for (String name : TestFederation.NAMES) {
      federation.site(federation.join(name), house.port());
    }
    TestFederation.NAMES.forEach(name -> ready.receiveMessage());
    return federation.play("across", method, house);
  }
}
