package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunSpecTest {

  @Test
  void fewerSitesThanARoundNeedsAreRefused() {
    assertThatThrownBy(() -> spec(3, List.of(site("a", 2), site("b", 2))))
        .hasMessageContaining("round.min-clients: 3 clients are needed but only 2 are registered");
  }

  @Test
  void twoSitesOfOneNameAreRefused() {
    assertThatThrownBy(() -> spec(1, List.of(site("a", 2), site("a", 1))))
        .hasMessageContaining("sites: two have the same name");
  }

  @Test
  void aRankBeyondTheGlobalAdaptersIsRefusedByName() {
    assertThatThrownBy(() -> spec(1, List.of(site("a", 3))))
        .hasMessageContaining("client a: rank 3 is larger than the global adapter's rank 2");
  }

  private static RunSpec spec(int minClients, List<Site> sites) {
    return TestFederation.spec("run", TestFederation.method("fedit"), 1, minClients, 10, sites);
  }

  private static Site site(String name, int rank) {
    return new Site(name, rank);
  }
}
