package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.protocol.ClientSession;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class RunSpecTest {

  private final TestFederation federation = new TestFederation();

  @Test
  void fewerSitesThanARoundNeedsAreRefused() {
    assertThatThrownBy(() -> federation.spec("run", 1, 3, List.of(site("a", 2), site("b", 2))))
        .hasMessageContaining("round.min-clients: 3 clients are needed but only 2 are registered");
  }

  @Test
  void twoSitesOfOneNameAreRefused() {
    assertThatThrownBy(() -> federation.spec("run", 1, 1, List.of(site("a", 2), site("a", 1))))
        .hasMessageContaining("sites: two have the same name");
  }

  @Test
  void aRankBeyondTheGlobalAdaptersIsRefusedByName() {
    assertThatThrownBy(() -> federation.spec("run", 1, 1, List.of(site("a", 3))))
        .hasMessageContaining("client a: rank 3 is larger than the global adapter's rank 2");
  }

  private Site site(String name, int rank) {
    return new Site(name, rank, TestInbox.<ClientSession.Command>create().getRef());
  }
}
