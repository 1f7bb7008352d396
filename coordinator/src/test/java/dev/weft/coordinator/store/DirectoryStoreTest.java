package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir private Path directory;

  @Test
  void whatWasPutIsThereAfterReopening() {
    Digest digest = DirectoryStore.open(directory.resolve("a/b")).put(CONTENT);

    assertThat(digest).isEqualTo(Digest.of(CONTENT));
    assertThat(DirectoryStore.open(directory.resolve("a/b")).get(digest)).isEqualTo(CONTENT);
  }

  @Test
  void onlyWholeArtifactsAreVisible() throws IOException {
    DirectoryStore store = DirectoryStore.open(directory);
    Digest digest = store.put(CONTENT);
    store.put(CONTENT);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve(digest.hex()));
    }
  }

  @Test
  void anUnfinishedFileOfADeadProcessIsNoObstacle() throws IOException {
    Digest digest = Digest.of(CONTENT);
    Files.write(
        directory.resolve(Text.format("%s.%d.tmp", digest, Thread.currentThread().getId())),
        new byte[99]);

    DirectoryStore store = DirectoryStore.open(directory);
    store.put(CONTENT);

    assertThat(store.get(digest)).isEqualTo(CONTENT);
  }

  @Test
  void aFlippedByteIsNeverServed() throws IOException {
    DirectoryStore store = DirectoryStore.open(directory);
    Digest digest = store.put(CONTENT);
    Path file = directory.resolve(digest.hex());
    Files.write(file, new byte[] {1, 2, 4});

    assertProblem(Problem.BAD_ARTIFACT, file.toString(), () -> store.get(digest));
  }

  @Test
  void aMissingArtifactIsNamed() {
    Digest missing = Digest.of(CONTENT);

    assertProblem(
        Problem.BAD_ARTIFACT, missing.hex(), () -> DirectoryStore.open(directory).get(missing));
    assertProblem(Problem.BAD_ARTIFACT, missing.hex(), () -> new MemoryStore().get(missing));
  }

  @Test
  void aDirectoryThatIsAFileIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("file"), CONTENT);

    assertProblem(Problem.STORE_FAILED, file.toString(), () -> DirectoryStore.open(file));
  }

  private static void assertProblem(Problem problem, String place, Runnable action) {
    assertThatThrownBy(action::run)
        .hasMessageContaining(place)
        .isInstanceOfSatisfying(
            WeftException.class, thrown -> assertThat(thrown.problem()).isEqualTo(problem));
  }
}
