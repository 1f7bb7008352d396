package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.privacy.keys.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorLineTest {
  private final List<String> news = new ArrayList<>();

  @TempDir private Path folder;
  private CoordinatorHome home;

  @BeforeEach
  void found() {
    home = new CoordinatorHome(folder.resolve("c"));
    home.found("board", List.of(Address.parse("localhost:8443")), InstantSource.system());
  }

  @Test
  void whoeverWaitsForACoordinatorIsToldSoOnceAndThenWhatToDo() {
    assertThatThrownBy(() -> ask(Duration.ofSeconds(1)))
        .hasMessageContaining("no coordinator is up at")
        .hasMessageContaining("start it with weft coordinator --home");
    assertThat(news).singleElement().asString().endsWith("waiting 1 s for it");
  }

  @Test
  void aCoordinatorThatIsUpAnswersAtOnce() throws Exception {
    try (OperatorDoor door = new OperatorDoor(home, request -> List.of("a", "b"))) {
      door.begin();
      assertThat(ask(Duration.ofSeconds(30))).containsExactly("a", "b");
    }
    assertThat(news).isEmpty();
  }

  private List<String> ask(Duration patience) {
    return OperatorLine.ask(home, new OperatorRequest.Sites(), patience, news::add);
  }
}
