package dev.weft.finetune.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainableScalesTest {
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

  static List<StoredMatrix> trainable() {
    return Samples.ofEveryFormat().stream()
        .filter(matrix -> TrainableScales.of(matrix).isPresent())
        .toList();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("trainable")
  void initialScalesGiveTheBitsOfTheMatrix(StoredMatrix matrix) {
    TrainableScales scales = TrainableScales.of(matrix).orElseThrow();

    assertThat(
            scales.upload(arena, kernels).weight(arena, arena.floats(scales.initial())).toTensor())
        .isEqualTo(matrix.decode());
  }

  /** Checked against autograd by those who made the golden numbers. */
  @Test
  void weightsAndGradientsAreThoseOfPeqa() {
    Golden golden = Golden.read("lsq_peqa_l4q.json");
    TrainableScales scales = TrainableScales.of(goldenMatrix(golden)).orElseThrow();
    TrainableScales.Native frozen = scales.upload(arena, kernels);
    var trained = arena.floats(scales.initial());

    assertThat(scales.initial()).isEqualTo(Tensor.of(golden.floats("/peqa/s0"), 2, 2));
    assertClose(frozen.weight(arena, trained).toFloats(), golden.floats("/peqa/W"));
    assertClose(
        frozen
            .gradient(
                arena,
                arena.floats(golden.floats("/peqa/X"), 3, 16),
                arena.floats(golden.floats("/peqa/dY"), 3, 2),
                trained)
            .toFloats(),
        golden.floats("/peqa/dL_ds"));
  }

  @Test
  void theMeanOfScalesIsTheMeanOfModels() {
    TrainableScales scales =
        TrainableScales.of(new AffineGroups(4, 64).store(Samples.gaussian(6, 128))).orElseThrow();
    TrainableScales.Native frozen = scales.upload(arena, kernels);
    Tensor one = scales.initial();
    Tensor other = one.plus(one);
    float[] mean = new float[one.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (one.at(i) + other.at(i)) / 2;
    }
    float[] ofOne = frozen.weight(arena, arena.floats(one)).toFloats();
    float[] ofOther = frozen.weight(arena, arena.floats(other)).toFloats();
    float[] ofMean = frozen.weight(arena, arena.floats(mean, 6, 2)).toFloats();
    for (int i = 0; i < ofMean.length; i++) {
      assertThat(ofMean[i]).isCloseTo((ofOne[i] + ofOther[i]) / 2, within(1e-6f));
    }
  }

  @Test
  void formatsWithoutIntegersOrWithSharedScalesHaveNone() {
    assertThat(TrainableScales.of(BlockCodebook.nf4(true).store(Samples.gaussian(4, 64))))
        .isEmpty();
    assertThat(TrainableScales.of(new Float32().store(Samples.gaussian(4, 64)))).isEmpty();
    assertThat(trainable())
        .extracting(StoredMatrix::scheme)
        .noneMatch(name -> name.contains("whole"));
  }

  private static GroupedMatrix goldenMatrix(Golden golden) {
    ByteBuffer codes = Memory.bytes(32);
    for (int code : golden.ints("/peqa/q")) {
      codes.put((byte) code);
    }
    return new GroupedMatrix(
        "peqa",
        2,
        16,
        new Codes.Plain(new Elements(ElementType.U8, codes.flip()), 16),
        Groups.alongRows(16, 8),
        Elements.of(golden.floats("/peqa/s0")),
        Elements.of(golden.floats("/peqa/z")));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f * (1 + Math.abs(expected[i]))));
    }
  }
}
