package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.RoundId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ArtifactDeskTest {
  private static final RoundId ID = new RoundId("run", 1, 1);
  private static final RoundId LATER = new RoundId("run", 2, 1);

  private final MemoryStore store = new MemoryStore();
  private final MemoryStore uploads = new MemoryStore();
  private final MemoryStore outbox = new MemoryStore();
  private final ArtifactDesk desk = new ArtifactDesk(store, uploads);
  private final Artifact piece = store.put(out -> out.write(new byte[100]));
  private final Artifact update = outbox.put(out -> out.write(new byte[] {1, 2, 3}));

  @Test
  void clientsFetchWhatIsLaidOutAndItIsCounted() {
    desk.open(ID, Set.of(piece.digest()), 10);

    ArtifactStore from = join(desk.at("a").fetch(ID, piece, () -> {}));
    join(desk.at("b").fetch(ID, piece, () -> {}));

    assertThat(from.read(piece.digest(), InputStream::readAllBytes)).hasSize(100);
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(0, 200));
  }

  @Test
  void whatIsNotLaidOutIsNotHandedOut() {
    Artifact secret = store.put(out -> out.write(7));
    desk.open(ID, Set.of(piece.digest()), 10);

    assertRefused(
        Problem.WRONG_REFERENCE,
        "is not part of run round 1 attempt 1",
        () -> join(desk.at("a").fetch(ID, secret, () -> {})));
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(0, 0));
  }

  @Test
  void whatAClientLeftIsReadUnderItsNameAlone() {
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));

    assertThat(desk.read(ID, "a", update, InputStream::readAllBytes)).containsExactly(1, 2, 3);
    assertRefused(
        Problem.MALFORMED_UPDATE,
        "was named but not left",
        () -> desk.read(ID, "b", update, InputStream::readAllBytes));
    assertRefused(
        Problem.MALFORMED_UPDATE,
        "was named but not left",
        () -> desk.read(ID, "a", piece, InputStream::readAllBytes));
  }

  @Test
  void nothingLongerThanAgreedIsTaken() {
    desk.open(ID, Set.of(), 2);

    assertRefused(
        Problem.MALFORMED_UPDATE,
        "3 bytes where at most 2 were agreed",
        () -> join(desk.at("a").leave(ID, update, outbox, () -> {})));
    assertThat(uploads.bytes(update.digest())).isEmpty();
  }

  @Test
  void theSameBytesOfTwoClientsStayUntilBothAreRead() {
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));
    join(desk.at("b").leave(ID, update, outbox, () -> {}));

    desk.clear(ID, "a");
    assertThat(desk.read(ID, "b", update, InputStream::readAllBytes)).hasSize(3);
    desk.clear(ID, "b");

    assertThat(uploads.bytes(update.digest())).isEmpty();
    assertThat(desk.close(ID)).isEqualTo(new ArtifactDesk.Traffic(6, 0));
  }

  @Test
  void aClientThatLeavesAnotherUpdateTakesTheFirstOneBack() {
    Artifact second = outbox.put(out -> out.write(4));
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));
    join(desk.at("a").leave(ID, update, outbox, () -> {}));

    join(desk.at("a").leave(ID, second, outbox, () -> {}));

    assertThat(uploads.bytes(update.digest())).isEmpty();
    assertThat(desk.read(ID, "a", second, InputStream::readAllBytes)).containsExactly(4);
  }

  @Test
  void whatWasReadIsReadAgainInPartsUntilTheRoundIsOver() throws IOException {
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));
    assertRefused(Problem.BAD_ARTIFACT, "that of a is gone", () -> desk.readAgain(ID, "a", 0));
    desk.read(ID, "a", update, InputStream::readAllBytes);

    for (int from = 0; from <= 3; from++) {
      try (InputStream in = desk.readAgain(ID, "a", from)) {
        assertThat(in.readAllBytes()).hasSize(3 - from);
      }
    }
    assertRefused(Problem.BAD_ARTIFACT, "that of b is gone", () -> desk.readAgain(ID, "b", 0));
    desk.close(ID);

    assertThat(uploads.bytes(update.digest())).isEmpty();
    assertRefused(Problem.WRONG_REFERENCE, "is over", () -> desk.readAgain(ID, "a", 0));
  }

  /** Else a client could break off a round that has its update already. */
  @Test
  void nobodyTakesBackWhatWasRead() throws IOException {
    Artifact second = outbox.put(out -> out.write(4));
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));
    desk.read(ID, "a", update, InputStream::readAllBytes);

    join(desk.at("a").leave(ID, second, outbox, () -> {}));
    join(desk.at("a").leave(ID, update, outbox, () -> {}));
    join(desk.at("a").leave(ID, second, outbox, () -> {}));

    try (InputStream in = desk.readAgain(ID, "a", 1)) {
      assertThat(in.readAllBytes()).containsExactly(2, 3);
    }
    desk.clear(ID, "a");
    assertThat(uploads.bytes(update.digest())).isEmpty();
    assertThat(uploads.bytes(second.digest())).isEmpty();
  }

  @Test
  void whatARoundLeavesBehindGoesWithIt() {
    desk.open(ID, Set.of(), 10);
    join(desk.at("a").leave(ID, update, outbox, () -> {}));

    desk.open(LATER, Set.of(piece.digest()), 10);

    assertThat(uploads.bytes(update.digest())).isEmpty();
    assertRefused(
        Problem.WRONG_REFERENCE,
        "run round 1 attempt 1 is over",
        () -> join(desk.at("a").leave(ID, update, outbox, () -> {})));
    assertRefused(
        Problem.WRONG_REFERENCE, "is over", () -> join(desk.at("a").fetch(ID, piece, () -> {})));
    assertThat(uploads.bytes(update.digest())).isEmpty();
  }

  @Test
  void aRoundThatEndsWhileAnUpdateArrivesKeepsNothingOfIt() {
    desk.open(ID, Set.of(), 10);
    ArtifactStore slow =
        new ForwardingStore(outbox) {
          @Override
          public InputStream open(Digest digest, long from) {
            desk.close(ID);
            return super.open(digest, from);
          }
        };

    assertRefused(
        Problem.WRONG_REFERENCE,
        "is over",
        () -> join(desk.at("a").leave(ID, update, slow, () -> {})));

    assertThat(uploads.bytes(update.digest())).isEmpty();
  }

  private static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw (WeftException) e.getCause();
    }
  }

  private static void assertRefused(Problem problem, String words, Runnable action) {
    assertThatThrownBy(action::run)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class, thrown -> assertThat(thrown.problem()).isEqualTo(problem));
  }
}
