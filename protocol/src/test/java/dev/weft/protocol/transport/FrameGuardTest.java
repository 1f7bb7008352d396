package dev.weft.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FrameGuardTest {
  private static final ActorSystem<Void> SYSTEM =
      ActorSystem.create(Behaviors.empty(), "FrameGuardTest");
  private static final ByteString THREE =
      frame(0, new byte[] {1, 2, 3}).concat(frame(0)).concat(frame(0, new byte[] {4}));

  @AfterAll
  static void stop() {
    SYSTEM.terminate();
  }

  @Test
  void framesPassWhereverTheyAreCut() {
    for (int first = 0; first <= THREE.size(); first++) {
      for (int second = first; second <= THREE.size(); second++) {
        ByteString passed =
            passed(
                List.of(THREE.slice(0, first), THREE.slice(first, second), THREE.drop(second)),
                new FrameGuard(3));

        assertThat(passed).isEqualTo(THREE);
      }
    }
  }

  @Test
  void aFrameTooLongIsRefusedWhereverItsHeaderIsCut() {
    ByteString bytes = THREE.concat(frame(0, new byte[4])).concat(THREE);
    for (int cut = 0; cut <= bytes.size(); cut++) {
      assertRefused(
          "a message of 4 bytes came, where none is longer than 3",
          List.of(bytes.slice(0, cut), bytes.drop(cut)),
          new FrameGuard(3));
    }
  }

  @Test
  void aCompressedFrameIsRefusedWhereverItIsCut() {
    ByteString bytes = THREE.concat(frame(1, new byte[] {1})).concat(THREE);
    for (int cut = 0; cut <= bytes.size(); cut++) {
      assertRefused(
          "a compressed message came",
          List.of(bytes.slice(0, cut), bytes.drop(cut)),
          new FrameGuard());
    }
    for (int flag : new int[] {2, 0x80, 0xFF}) {
      assertRefused("a compressed message came", List.of(frame(flag)), new FrameGuard());
    }
  }

  @Test
  void fourMebibytesPassAndOneByteMoreDoesNot() {
    assertThat(passed(List.of(frame(0, new byte[4 << 20])), new FrameGuard()).size())
        .isEqualTo((4 << 20) + 5);
    assertRefused(
        "a message of 4194305 bytes came, where none is longer than 4194304",
        List.of(header(0, (4 << 20) + 1)),
        new FrameGuard());
  }

  @Test
  void theLengthHasNoSign() {
    assertRefused("a message of 4294967295 bytes", List.of(header(0, -1)), new FrameGuard());
    assertRefused(
        "a message of 2147483648 bytes", List.of(header(0, 0x80000000)), new FrameGuard());
  }

  /** Of the bad chunk nothing passes, and hardly anything after it is even asked for. */
  @Test
  void nothingOfABadFrameIsKept() {
    AtomicInteger asked = new AtomicInteger();
    List<ByteString> passed = new ArrayList<>();

    assertThatThrownBy(
            () ->
                Source.fromIterator(
                        () ->
                            IntStream.range(0, 1000)
                                .peek(i -> asked.incrementAndGet())
                                .mapToObj(i -> i < 2 ? THREE : header(0, 200 << 20))
                                .iterator())
                    .via(new FrameGuard())
                    .runForeach(passed::add, SYSTEM)
                    .toCompletableFuture()
                    .join())
        .hasMessageContaining("209715200");

    assertThat(passed).containsExactly(THREE, THREE);
    assertThat(asked).hasValueLessThan(10);
  }

  @Test
  void manyEmptyFramesInOneChunkPass() {
    ByteString empty = ByteString.fromArray(new byte[5 * 10_000]);

    assertThat(passed(List.of(empty), new FrameGuard())).isEqualTo(empty);
  }

  private static ByteString frame(int flag, byte... data) {
    return header(flag, data.length).concat(ByteString.fromArray(data));
  }

  private static ByteString header(int flag, int length) {
    return ByteString.fromArray(ByteBuffer.allocate(5).put((byte) flag).putInt(length).array());
  }

  private static ByteString passed(List<ByteString> chunks, FrameGuard guard) {
    Source<ByteString, NotUsed> source = Source.from(chunks);
    return source
        .via(guard)
        .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), SYSTEM)
        .toCompletableFuture()
        .join();
  }

  private static void assertRefused(String words, List<ByteString> chunks, FrameGuard guard) {
    assertThatThrownBy(() -> passed(chunks, guard))
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class,
            thrown -> assertThat(thrown.problem()).isEqualTo(Problem.MESSAGE_REFUSED));
  }
}
