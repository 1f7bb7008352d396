package dev.weft.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactStoreTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir private Path directory;

  /** The stores, which must be told apart by nothing but their lives. */
  enum Kind {
    MEMORY,
    DIRECTORY,
    SCRATCH
  }

  private ArtifactStore store(Kind kind) {
    return switch (kind) {
      case MEMORY -> new MemoryStore();
      case DIRECTORY -> DirectoryStore.open(directory);
      case SCRATCH -> DirectoryStore.scratch(directory);
    };
  }

  @ParameterizedTest
  @EnumSource
  void anArtifactIsItsBytesUnderTheirDigest(Kind kind) {
    ArtifactStore store = store(kind);
    for (int length : new int[] {0, 1, 255, 256, 257, 768, 100_000}) {
      byte[] bytes = random(length);

      Artifact artifact = store.put(out -> out.write(bytes));

      assertThat(artifact).isEqualTo(new Artifact(Digest.of(bytes), length));
      assertThat(artifact).isEqualTo(Artifact.of(out -> out.write(bytes)));
      assertThat(store.bytes(artifact.digest())).hasValue(length);
      assertThat(store.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesWrittenOneByOneAreTheSame(Kind kind) {
    ArtifactStore store = store(kind);
    byte[] bytes = random(1000);

    Artifact artifact =
        store.put(
            out -> {
              for (byte one : bytes) {
                out.write(one);
              }
            });

    assertThat(artifact.digest()).isEqualTo(Digest.of(bytes));
    byte[] read =
        store.read(
            artifact.digest(),
            in -> {
              byte[] singly = new byte[bytes.length];
              for (int i = 0; i < singly.length; i++) {
                singly[i] = (byte) in.read();
              }
              assertThat(in.read()).isEqualTo(-1);
              return singly;
            });
    assertThat(read).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void readingGoesOnWhereItBrokeOff(Kind kind) throws IOException {
    ArtifactStore store = store(kind);
    byte[] bytes = random(3000);
    Digest digest = store.put(out -> out.write(bytes)).digest();

    for (int from : new int[] {0, 255, 256, 767, 768, 2999, 3000}) {
      try (InputStream in = store.open(digest, from)) {
        assertThat(in.readAllBytes()).hasSize(3000 - from).isEqualTo(tail(bytes, from));
      }
    }
    assertProblem(Problem.BAD_ARTIFACT, "short", () -> store.open(digest, 3001));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTakenAwayIsGone(Kind kind) {
    ArtifactStore store = store(kind);
    Digest kept = store.put(out -> out.write(1)).digest();
    Digest deleted = store.put(out -> out.write(2)).digest();
    Digest unnamed = store.put(out -> out.write(3)).digest();

    store.delete(deleted);
    store.delete(deleted);
    assertThat(store.bytes(deleted)).isEqualTo(OptionalLong.empty());

    store.keepOnly(Set.of(kept, deleted));
    assertThat(store.bytes(kept)).hasValue(1);
    assertThat(store.bytes(unnamed)).isEqualTo(OptionalLong.empty());
    assertProblem(Problem.BAD_ARTIFACT, "missing", () -> store.open(unnamed, 0));
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeWrittenLeavesNothing(Kind kind) throws IOException {
    ArtifactStore store = store(kind);

    assertThatThrownBy(
            () ->
                store.put(
                    out -> {
                      out.write(CONTENT);
                      throw new IllegalStateException("half way");
                    }))
        .hasMessage("half way");

    assertThat(store.bytes(Digest.of(CONTENT))).isEqualTo(OptionalLong.empty());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameBytesFromManyThreadsAreOneArtifact(Kind kind) throws Exception {
    ArtifactStore store = store(kind);
    byte[] bytes = random(50_000);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Artifact>> puts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        puts.add(() -> store.put(out -> out.write(bytes)));
      }
      for (Future<Artifact> put : pool.invokeAll(puts)) {
        assertThat(put.get().digest()).isEqualTo(Digest.of(bytes));
      }
    } finally {
      pool.shutdown();
    }
    assertThat(store.read(Digest.of(bytes), InputStream::readAllBytes)).isEqualTo(bytes);
  }

  @Test
  void whatWasPutIsThereAfterReopening() {
    Digest digest = DirectoryStore.open(directory.resolve("a/b")).put(this::write).digest();

    assertThat(
            DirectoryStore.open(directory.resolve("a/b")).read(digest, InputStream::readAllBytes))
        .isEqualTo(CONTENT);
  }

  @Test
  void aScratchStoreStartsEmpty() throws IOException {
    Digest digest = DirectoryStore.scratch(directory.resolve("a/b")).put(this::write).digest();

    DirectoryStore later = DirectoryStore.scratch(directory.resolve("a/b"));

    assertThat(later.bytes(digest)).isEmpty();
    try (Stream<Path> files = Files.list(directory.resolve("a/b"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void onlyWholeArtifactsAreVisible() throws IOException {
    DirectoryStore store = DirectoryStore.open(directory);
    Digest digest = store.put(this::write).digest();
    store.put(this::write);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve(digest.hex()));
    }
  }

  @Test
  void anUnfinishedFileOfADeadProcessGoes() throws IOException {
    Path unfinished = Files.write(directory.resolve("artifact-1.tmp"), new byte[99]);

    DirectoryStore.open(directory).put(this::write);

    assertThat(unfinished).doesNotExist();
  }

  @Test
  void aFlippedByteIsNeverServed() throws IOException {
    DirectoryStore store = DirectoryStore.open(directory);
    Digest digest = store.put(this::write).digest();
    Files.write(directory.resolve(digest.hex()), new byte[] {1, 2, 4});

    assertProblem(
        Problem.BAD_ARTIFACT, digest.hex(), () -> store.read(digest, InputStream::readAllBytes));
    assertProblem(
        Problem.BAD_ARTIFACT,
        digest.hex(),
        () ->
            store.read(
                digest,
                in -> {
                  throw new IllegalArgumentException("what changed bytes made of it");
                }));
  }

  @Test
  void aReaderThatStopsEarlyHasReadGenuineBytes() throws IOException {
    DirectoryStore store = DirectoryStore.open(directory);
    Digest digest = store.put(this::write).digest();

    assertThat(store.<Integer>read(digest, InputStream::read)).isEqualTo(1);
    Files.write(directory.resolve(digest.hex()), new byte[] {1, 2, 4});
    assertProblem(
        Problem.BAD_ARTIFACT, digest.hex(), () -> store.<Integer>read(digest, InputStream::read));
  }

  @Test
  void aDirectoryThatIsAFileIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("file"), CONTENT);

    assertProblem(Problem.STORE_FAILED, file.toString(), () -> DirectoryStore.open(file));
  }

  private void write(OutputStream out) throws IOException {
    out.write(CONTENT);
  }

  private static byte[] random(int length) {
    SeededRandom random = new Seed(length).random();
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static void assertProblem(Problem problem, String place, Runnable action) {
    assertThatThrownBy(action::run)
        .hasMessageContaining(place)
        .isInstanceOfSatisfying(
            WeftException.class, thrown -> assertThat(thrown.problem()).isEqualTo(problem));
  }

  @ParameterizedTest
  @EnumSource
  void anArtifactThatComesInPiecesIsSeenWhenItIsComplete(Kind kind) {
    ArtifactStore store = store(kind);
    byte[] bytes = random(1000);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    Incoming incoming = store.receive(artifact, 0);

    incoming.append(Arrays.copyOfRange(bytes, 0, 400));
    assertThat(incoming.have()).isEqualTo(400);
    assertThat(incoming.complete()).isFalse();
    assertThat(store.bytes(artifact.digest())).isEmpty();
    incoming.append(Arrays.copyOfRange(bytes, 400, 1000));
    incoming.finish();

    assertThat(store.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void theSameArtifactOnTwoWaysDoesNotMeet(Kind kind) {
    ArtifactStore store = store(kind);
    byte[] bytes = random(100);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    Incoming first = store.receive(artifact, 1);
    Incoming second = store.receive(artifact, 2);

    first.append(Arrays.copyOfRange(bytes, 0, 60));
    second.append(bytes);
    second.finish();
    first.append(Arrays.copyOfRange(bytes, 60, 100));
    first.finish();

    assertThat(store.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void otherBytesThanThoseNamedAreNoArtifact(Kind kind) {
    ArtifactStore store = store(kind);
    byte[] bytes = random(100);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    byte[] others = bytes.clone();
    others[50]++;

    Incoming flipped = store.receive(artifact, 0);
    flipped.append(others);
    assertProblem(flipped::finish, "other bytes came");
    Incoming cut = store.receive(artifact, 0);
    cut.append(Arrays.copyOf(bytes, 99));
    assertProblem(cut::finish, "99 of its 100 bytes came");
    Incoming longer = store.receive(artifact, 0);
    longer.append(bytes);
    assertProblem(() -> longer.append(new byte[1]), "more than its 100 bytes came");
    assertThat(store.bytes(artifact.digest())).isEmpty();
    assertThat(store.receive(artifact, 0).have()).isZero();
  }

  private static void assertProblem(Runnable work, String sentence) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_ARTIFACT))
        .hasMessageContaining(sentence);
  }

  @Test
  void aDirectoryGoesOnWithWhatAnEarlierProcessHad() {
    byte[] bytes = random(1000);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    DirectoryStore.open(directory).receive(artifact, 0).append(Arrays.copyOf(bytes, 300));

    ArtifactStore reopened = DirectoryStore.open(directory);
    Incoming incoming = reopened.receive(artifact, 0);
    assertThat(incoming.have()).isEqualTo(300);
    incoming.append(Arrays.copyOfRange(bytes, 300, 1000));
    incoming.finish();
    assertThat(reopened.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);

    reopened.receive(artifact, 0).append(bytes);
    reopened.keepOnly(Set.of());
    assertThat(reopened.receive(artifact, 0).have()).isZero();
  }
}
