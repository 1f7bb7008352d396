package dev.weft.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir private Path folder;

  @Test
  void whatIsSmallLiesInTheHeapAndWhatIsLargeInAFileOfNoName() throws IOException {
    Path sums = folder.resolve("sums");
    Scratch scratch = Scratch.in(sums, 800);

    assertThat(scratch.room(800).longs(100).hasArray()).isTrue();
    assertThat(sums).doesNotExist();
    LongBuffer longs = scratch.room(801).longs(100);
    FloatBuffer floats = scratch.room(801).floats(7);

    assertThat(longs.isDirect()).isTrue();
    assertThat(longs.capacity()).isEqualTo(100);
    assertThat(longs.get(99)).isZero();
    longs.put(99, Long.MIN_VALUE);
    assertThat(longs.get(99)).isEqualTo(Long.MIN_VALUE);
    assertThat(floats.put(6, Float.MIN_VALUE).get(6)).isEqualTo(Float.MIN_VALUE);
    try (var left = Files.list(sums)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void whereNoFileCanBeMadeThereIsASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");

    assertThatThrownBy(() -> Scratch.in(file, 0).room(8).longs(1))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORE_FAILED))
        .hasMessageContaining("no room for 8 bytes");
  }

  @Test
  void aTensorIsTheSameWhereverItLies() throws IOException {
    float[] values = {1, -0f, Float.NaN, Float.MIN_VALUE, -3, 0};
    FloatBuffer inFile = Scratch.in(folder, 0).room(24).floats(6);
    inFile.put(0, values);
    Tensor stored = Tensor.of(inFile, 2, 3);
    Tensor heap = Tensor.of(values, 2, 3);

    assertThat(stored).isEqualTo(heap).hasSameHashCodeAs(heap);
    assertThat(stored.toArray()).containsExactly(values);
    assertThat(stored.leadingBlock(2, 2)).isEqualTo(heap.leadingBlock(2, 2));
    assertThat(stored.times(2)).isEqualTo(heap.times(2));
    assertThat(stored.plus(heap)).isEqualTo(heap.plus(stored));
    assertThat(stored.at(1, 1)).isEqualTo(-3);
    assertThat(stored.buffer().remaining()).isEqualTo(6);
    assertThat(stored).isNotEqualTo(Tensor.of(new float[] {1, 0f, Float.NaN, 1, -3, 0}, 2, 3));
  }
}
