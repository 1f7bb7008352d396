package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Credentials;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a site that takes no part tells of why. */
class ReticenceTest {
  private static final String SECRET = "/data/hiv.csv:17: the label \"positive\" is no class";

  private final ActorTestKit kit = TestFederation.kit("ReticenceTest");

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void whatItFoundInItsDataStaysWithItAndTheCoordinatorHearsTheKindAlone() {
    TestProbe<SiteEvent> own = kit.createTestProbe();

    Lobby.Readiness.CanNot told = told(new WeftException(Problem.BAD_DATA, SECRET), own);

    assertThat(told.code()).isEqualTo(Problem.BAD_DATA.code());
    assertThat(told.sentence())
        .isEqualTo("A line of a data file cannot be read. The site's own log says which");
    assertThat(own.receiveMessage()).isInstanceOf(SiteEvent.Preparing.class);
    assertThat(own.expectMessageClass(SiteEvent.NotPrepared.class).sentence()).isEqualTo(SECRET);
  }

  @Test
  void whatItsPolicySaysIsForBoth() {
    TestProbe<SiteEvent> own = kit.createTestProbe();
    String sentence = "client.policy.most-rounds: 9 rounds are more than the 5 that are allowed";

    assertThat(told(new WeftException(Problem.POLICY_REFUSED, sentence), own).sentence())
        .isEqualTo(sentence);
  }

  private Lobby.Readiness.CanNot told(WeftException problem, TestProbe<SiteEvent> own) {
    TestFederation federation = new TestFederation(kit, new TestAuthority(), folder);
    TestFederation.House house = federation.open();
    Credentials site = federation.join("north");
    GrpcLines lines = federation.lines(site, List.of(house.port()));
    kit.spawn(
        SiteNode.create(
            terms -> CompletableFuture.failedFuture(problem),
            ears -> Connection.create(lines, "weft test", ears, event -> {}),
            own.ref()::tell));
    return (Lobby.Readiness.CanNot) federation.begin(house, "run").receiveMessage();
  }
}
