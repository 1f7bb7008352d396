package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.RoundId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates that come over lines that break. */
class UploadsTest {
  private static final RoundId ID = new RoundId("run", 1, 1);
  private static final RoundId LATER = new RoundId("run", 2, 1);
  private static final int LENGTH = 1000;
  private static final byte[] BYTES = bytes(1);
  private static final Artifact UPDATE = artifact(BYTES);
  private static final Artifact OTHER = artifact(bytes(2));

  @TempDir private Path folder;

  private DirectoryStore uploads;
  private ArtifactDesk desk;

  @BeforeEach
  void open() {
    uploads = DirectoryStore.scratch(folder);
    desk = new ArtifactDesk(new MemoryStore(), uploads);
    desk.open(ID, Set.of(), LENGTH);
  }

  @Test
  void anUpdateComesInPiecesAndIsThereOnceItIsComplete() {
    Upload upload = desk.take(ID, "a", UPDATE);
    assertThat(desk.have(ID, "a", UPDATE)).isZero();

    for (int at = 0; at < LENGTH; at += 100) {
      assertRefused("was named but not left", () -> read("a", UPDATE));
      assertThat(upload.append(at, part(at, at + 100))).isEqualTo(at + 100);
      assertThat(desk.have(ID, "a", UPDATE)).isEqualTo(at + 100);
    }

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(LENGTH, 0));
    assertNothingLeft();
  }

  @Test
  void anotherStreamGoesOnWhereTheFirstBroke() {
    desk.take(ID, "a", UPDATE).append(0, part(0, 300));

    Upload second = desk.take(ID, "a", UPDATE);
    assertThat(second.have()).isEqualTo(300);
    second.append(300, part(300, LENGTH));

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  @Test
  void bytesThatAreNotThereYetCannotBeLeftOut() {
    Upload upload = desk.take(ID, "a", UPDATE);
    upload.append(0, part(0, 300));

    assertRefused(
        "bytes for offset 301 came where 300 have come", () -> upload.append(301, part(301, 400)));
    assertRefused("offset -1", () -> upload.append(-1, part(0, 400)));
    assertRefused("offset", () -> upload.append(Long.MIN_VALUE, part(0, 400)));
    upload.append(300, part(300, LENGTH));

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  /** The end of a broken line may come in whatever its successor brings. */
  @Property(tries = 200)
  void twoStreamsOfOneClientBringItTogether(@ForAll long seed) throws IOException {
    Path own = Files.createTempDirectory("weft-uploads");
    ArtifactDesk at = new ArtifactDesk(new MemoryStore(), DirectoryStore.scratch(own));
    at.open(ID, Set.of(), LENGTH);
    Random random = new Random(seed);
    long[] sent = new long[2];
    Upload[] streams = {at.take(ID, "a", UPDATE), at.take(ID, "a", UPDATE)};
    while (at.have(ID, "a", UPDATE) < LENGTH || random.nextInt(3) > 0) {
      int one = random.nextInt(2);
      if (random.nextInt(5) == 0) {
        streams[one] = at.take(ID, "a", UPDATE);
        sent[one] = at.have(ID, "a", UPDATE);
      }
      int from = (int) sent[one];
      int to = Math.min(LENGTH, from + random.nextInt(200));
      assertThat(streams[one].append(from, part(from, to))).isEqualTo(at.have(ID, "a", UPDATE));
      sent[one] = to;
    }

    assertThat(at.read(ID, "a", UPDATE, InputStream::readAllBytes)).isEqualTo(BYTES);
    assertThat(at.close(ID)).isEqualTo(new ArtifactDesk.Traffic(LENGTH, 0));
    Files.delete(own);
  }

  @Test
  void aCompleteUpdateTakesTheSameBytesOnceMoreToNoEffect() {
    leave("a", UPDATE, BYTES);
    assertThat(desk.have(ID, "a", UPDATE)).isEqualTo(LENGTH);

    Upload again = desk.take(ID, "a", UPDATE);
    assertThat(again.append(0, part(0, 400))).isEqualTo(LENGTH);
    assertThat(again.append(400, part(400, LENGTH))).isEqualTo(LENGTH);
    assertThat(again.append(LENGTH, new byte[0])).isEqualTo(LENGTH);
    assertRefused("more bytes than its 1000 came", () -> again.append(LENGTH, new byte[1]));
    assertRefused("more bytes than its 1000 came", () -> again.append(999, part(0, 2)));

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(LENGTH, 0));
  }

  @Test
  void anUpdateThatTheRoundHasReadIsStillSaidToBeHere() {
    leave("a", UPDATE, BYTES);
    read("a", UPDATE);

    assertThat(desk.have(ID, "a", UPDATE)).isEqualTo(LENGTH);
    assertThat(desk.take(ID, "a", UPDATE).append(0, BYTES)).isEqualTo(LENGTH);

    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(LENGTH, 0));
    assertNothingLeft();
  }

  @Test
  void anUpdateThatWasClearedCanBeLeftAnew() {
    leave("a", UPDATE, BYTES);
    desk.clear(ID, "a");
    assertThat(desk.have(ID, "a", UPDATE)).isZero();

    leave("a", UPDATE, BYTES);

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  @Test
  void otherBytesThanNamedAreRefusedAtTheEndAndItBeginsAnew() {
    Upload upload = desk.take(ID, "a", UPDATE);
    byte[] changed = BYTES.clone();
    changed[500]++;

    assertThatThrownBy(() -> upload.append(0, changed))
        .hasMessageContaining("other bytes came")
        .isInstanceOf(WeftException.class);

    assertNothingLeft();
    assertRefused("was named but not left", () -> read("a", UPDATE));
    assertRefused("ask how much has come", () -> upload.append(LENGTH, new byte[0]));
    assertThat(desk.take(ID, "a", UPDATE).have()).isZero();
    leave("a", UPDATE, BYTES);
    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  @Test
  void moreBytesThanNamedAreRefused() {
    Upload upload = desk.take(ID, "a", UPDATE);
    upload.append(0, part(0, 999));

    assertThatThrownBy(() -> upload.append(999, new byte[2]))
        .hasMessageContaining("more than its 1000 bytes came");

    assertNothingLeft();
    leave("a", UPDATE, BYTES);
    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  @Test
  void anUpdateLongerThanAgreedIsNotBegun() {
    Artifact longer = new Artifact(UPDATE.digest(), LENGTH + 1);

    assertRefused("1001 bytes where at most 1000 were agreed", () -> desk.take(ID, "a", longer));
    assertThat(desk.take(ID, "a", UPDATE).have()).isZero();
  }

  @Test
  void anotherUpdateTakesThePlaceOfOneThatIsNotComplete() {
    Upload first = desk.take(ID, "a", UPDATE);
    first.append(0, part(0, 300));

    leave("a", OTHER, bytes(2));

    assertRefused("ask how much has come", () -> first.append(300, part(300, 400)));
    assertThat(desk.have(ID, "a", UPDATE)).isZero();
    assertThat(desk.take(ID, "a", UPDATE).have()).isZero();
    assertThat(read("a", OTHER)).isEqualTo(bytes(2));
  }

  /** The first was not read yet, so that the second is what the client means. */
  @Test
  void anotherCompleteUpdateTakesThePlaceOfACompleteOne() {
    leave("a", UPDATE, BYTES);
    leave("a", OTHER, bytes(2));

    assertRefused("was named but not left", () -> read("a", UPDATE));
    leave("a", UPDATE, BYTES);

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(3 * LENGTH, 0));
    assertNothingLeft();
  }

  @Test
  void twoClientsMayBringTheSameBytesAtOnce() {
    Upload a = desk.take(ID, "a", UPDATE);
    Upload b = desk.take(ID, "b", UPDATE);
    a.append(0, part(0, 600));
    assertThat(desk.have(ID, "b", UPDATE)).isZero();
    b.append(0, part(0, 300));
    a.append(600, part(600, LENGTH));
    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
    desk.clear(ID, "a");
    b.append(300, part(300, LENGTH));

    assertThat(read("b", UPDATE)).isEqualTo(BYTES);
    desk.clear(ID, "b");
    assertNothingLeft();
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(2 * LENGTH, 0));
  }

  /** Else the one that breaks off would take the other's update with it. */
  @Test
  void aClientThatGivesUpLeavesTheSameBytesOfAnotherAlone() {
    desk.take(ID, "b", UPDATE).append(0, part(0, 300));
    leave("a", UPDATE, BYTES);
    leave("b", OTHER, bytes(2));

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
  }

  @Test
  void aRoundThatEndsTakesWhatWasOnItsWay() {
    Upload upload = desk.take(ID, "a", UPDATE);
    upload.append(0, part(0, 300));

    desk.open(LATER, Set.of(), LENGTH);

    assertRefused("ask how much has come", () -> upload.append(300, part(300, LENGTH)));
    assertThatThrownBy(() -> desk.have(ID, "a", UPDATE))
        .hasMessageContaining("run round 1 attempt 1 is over");
    assertThatThrownBy(() -> desk.take(ID, "a", UPDATE)).hasMessageContaining("is over");
    assertThat(desk.have(LATER, "a", UPDATE)).isZero();
    assertNothingLeft();
  }

  @Test
  void manyThreadsBringOneUpdateOnce() {
    List<CompletableFuture<Void>> streams = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      streams.add(
          CompletableFuture.runAsync(
              () -> {
                Upload upload = desk.take(ID, "a", UPDATE);
                for (int at = 0; at < LENGTH; at += 10) {
                  upload.append(at, part(at, at + 10));
                }
              }));
    }
    streams.forEach(CompletableFuture::join);

    assertThat(read("a", UPDATE)).isEqualTo(BYTES);
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(LENGTH, 0));
    assertNothingLeft();
  }

  @Test
  void whatIsHandedOutBeginsWhereItWasAskedForAndOnlyThatIsCounted() throws IOException {
    MemoryStore store = new MemoryStore();
    Artifact piece = store.put(out -> out.write(BYTES));
    ArtifactDesk other = new ArtifactDesk(store, uploads);
    other.open(ID, Set.of(piece.digest()), LENGTH);

    try (InputStream in = other.handOut(ID, piece, 900)) {
      assertThat(in.readAllBytes()).isEqualTo(part(900, LENGTH));
    }
    try (InputStream in = other.handOut(ID, piece, LENGTH)) {
      assertThat(in.readAllBytes()).isEmpty();
    }
    for (long from : new long[] {-1, LENGTH + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> other.handOut(ID, piece, from))
          .hasMessageContaining("and none at " + from)
          .isInstanceOf(WeftException.class);
    }
    assertThatThrownBy(() -> other.handOut(ID, new Artifact(piece.digest(), 999), 0))
        .hasMessageContaining("of 999 bytes is not part of run round 1 attempt 1");
    assertThat(other.close(ID)).isEqualTo(new ArtifactDesk.Traffic(0, 100));
  }

  private void leave(String client, Artifact update, byte[] bytes) {
    Upload upload = desk.take(ID, client, update);
    upload.append(0, Arrays.copyOf(bytes, 500));
    upload.append(500, Arrays.copyOfRange(bytes, 500, LENGTH));
  }

  private byte[] read(String client, Artifact update) {
    return desk.read(ID, client, update, InputStream::readAllBytes);
  }

  private void assertNothingLeft() {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(BYTES, from, to);
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Artifact artifact(byte[] bytes) {
    return new Artifact(Digest.of(bytes), bytes.length);
  }

  private static void assertRefused(String words, Runnable action) {
    assertThatThrownBy(action::run)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class,
            thrown -> assertThat(thrown.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
  }
}
