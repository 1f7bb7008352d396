package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.coordinator.sites.Lobby.Readiness;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final List<String> news = new ArrayList<>();

  @Test
  void aRunBeginsWhenAllItsSitesAreReady() throws InterruptedException {
    Gathering gathering = new Gathering(Set.of("a", "b"), 2, NEVER, news::add);
    gathering.hear(new Readiness.CanTrain("b", 20));
    gathering.hear(new Readiness.CanTrain("a", 10));

    assertThat(gathering.await()).containsExactly(Map.entry("a", 10), Map.entry("b", 20));
    assertThat(news)
        .containsExactly(
            "b is ready with 20 examples (1 of 2 sites)",
            "a is ready with 10 examples (2 of 2 sites)");
  }

  @Test
  void enoughForARoundBeginAfterTheGrace() throws InterruptedException {
    Gathering gathering = new Gathering(Set.of("a", "b", "c"), 2, Duration.ZERO, news::add);
    gathering.hear(new Readiness.CanTrain("a", 10));
    gathering.hear(new Readiness.CanTrain("c", 30));

    assertThat(gathering.await()).containsOnlyKeys("a", "c");
  }

  @Test
  void aSiteThatTakesNoPartIsNotWaitedForWhileEnoughAreLeft() throws InterruptedException {
    Gathering gathering = new Gathering(Set.of("a", "b", "c"), 2, NEVER, news::add);
    gathering.hear(new Readiness.CanTrain("a", 10));
    gathering.hear(new Readiness.CanNot("b", "W-0413", "its policy says no"));
    gathering.hear(new Readiness.CanTrain("c", 30));

    assertThat(gathering.await()).containsOnlyKeys("a", "c");
  }

  @Test
  void tooManyThatTakeNoPartEndTheWaitWithTheirReasons() {
    Gathering gathering = new Gathering(Set.of("a", "b"), 2, NEVER, news::add);
    gathering.hear(new Readiness.CanNot("b", "W-0413", "its policy says no"));

    assertThatThrownBy(gathering::await)
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("1 of 2 sites take no part, and 2 are needed")
        .hasMessageContaining("b: its policy says no");
  }

  @Test
  void aWaitThatIsStoppedHasNobody() throws InterruptedException {
    Gathering gathering = new Gathering(Set.of("a"), 1, NEVER, news::add);
    gathering.stop();

    assertThat(gathering.await()).isEmpty();
  }
}
