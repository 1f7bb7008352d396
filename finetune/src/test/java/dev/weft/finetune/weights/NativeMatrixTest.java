package dev.weft.finetune.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.Samples;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NativeMatrixTest {
  private static Arena arena;
  private static Kernels kernels;

  @BeforeAll
  static void loadKernels() {
    arena = Arena.open();
    kernels = Kernels.load(arena, "quantization.py");
  }

  @AfterAll
  static void freeKernels() {
    arena.close();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("dev.weft.checkpoint.quantization.Samples#ofEveryFormat")
  void theEngineDecodesToTheBitsOfTheReference(StoredMatrix stored) {
    Tensor expected = stored.decode();
    NativeMatrix matrix = NativeMatrix.of(stored, arena, kernels);
    NativeArray workspace = arena.room(stored.out(), stored.in());
    matrix.decodeInto(workspace);

    assertThat(matrix.decode(arena).toTensor()).as(stored.scheme()).isEqualTo(expected);
    assertThat(workspace.toTensor()).as(stored.scheme()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("dev.weft.checkpoint.quantization.Samples#ofEveryFormat")
  void rowsAreThoseOfTheWhole(StoredMatrix stored) {
    Tensor whole = stored.decode();
    NativeMatrix matrix = NativeMatrix.of(stored, arena, kernels);
    int last = stored.out() - 1;
    NativeArray ids = arena.longs(new long[] {last, 0, last}, 3, 1);

    assertThat(matrix.rows(arena, last / 2, last + 1).toTensor())
        .as(stored.scheme())
        .isEqualTo(rows(whole, last / 2, last + 1));
    NativeArray chosen = matrix.rows(arena, ids);
    assertThat(chosen.shape()).containsExactly(3, stored.in());
    assertThat(chosen.toFloats())
        .as(stored.scheme())
        .startsWith(rows(whole, last, last + 1).toArray())
        .endsWith(rows(whole, last, last + 1).toArray())
        .containsSequence(rows(whole, 0, 1).toArray());
  }

  /** Several chunks of rows, and groups of eight rows cut by their ends. */
  @ParameterizedTest
  @CsvSource({"100, 640", "3, 20000"})
  void largeMatricesAreDecodedInChunks(int out, int in) {
    StoredMatrix stored = QuantSchemes.named("int4-g64").store(Samples.gaussian(out, in));

    assertThat(NativeMatrix.of(stored, arena, kernels).decode(arena).toTensor())
        .isEqualTo(stored.decode());
  }

  @Test
  void float32IsUsedWhereItLies() {
    StoredMatrix stored = QuantSchemes.named("none").store(Samples.gaussian(4, 6));
    NativeMatrix matrix = NativeMatrix.of(stored, arena, kernels);

    assertThat(matrix.decode(arena)).isSameAs(matrix.decode(arena));
  }

  private static Tensor rows(Tensor whole, int from, int to) {
    int in = whole.dimension(1);
    return Tensor.of(Arrays.copyOfRange(whole.toArray(), from * in, to * in), to - from, in);
  }
}
