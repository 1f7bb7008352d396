package dev.weft.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.artifact.Written;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static final Tensor MATRIX = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  @Test
  void elementsAreRowMajor() {
    assertThat(MATRIX.at(1, 0)).isEqualTo(4);
    assertThat(MATRIX.at(5)).isEqualTo(6);
    assertThat(MATRIX.shape()).containsExactly(2, 3);
  }

  @Test
  void aColumnBeyondTheMatrixIsNotTheNextRow() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> MATRIX.at(0, 3));
  }

  @Property
  void theLeadingBlockIsTheBlock(
      @ForAll @IntRange(max = 2) int rows, @ForAll @IntRange(max = 3) int columns) {
    Tensor block = MATRIX.leadingBlock(rows, columns);
    assertThat(block.shape()).containsExactly(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertThat(block.at(i, j)).isEqualTo(MATRIX.at(i, j));
      }
    }
  }

  @Test
  void aBlockLargerThanTheMatrixIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MATRIX.leadingBlock(1, 4))
        .withMessage("shape [2, 3] has no leading block [1, 4]");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.zeros(4).leadingBlock(1, 1));
  }

  @Test
  void aShapeMustHoldExactlyTheValues() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage("shape [2, 3] holds 6 values, not 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(-1))
        .withMessage("negative dimension in [-1]");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Tensor.elements(1 << 30, 1 << 30, 1 << 30));
  }

  @Test
  void sumsAndDifferencesNeedEqualShapes() {
    assertThat(MATRIX.plus(MATRIX).minus(MATRIX)).isEqualTo(MATRIX);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MATRIX.plus(Tensor.zeros(3, 2)))
        .withMessage("shapes differ: [2, 3] and [3, 2]");
  }

  @Test
  void nothingHandedOutCanChangeTheTensor() {
    MATRIX.toArray()[0] = 9;
    MATRIX.shapeArray()[0] = 9;
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> MATRIX.buffer().put(0, 9));
    assertThat(MATRIX).isEqualTo(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
  }

  @Test
  void equalityIsThatOfBits() {
    assertThat(Tensor.of(new float[] {0f}, 1)).isNotEqualTo(Tensor.of(new float[] {-0f}, 1));
    assertThat(Tensor.of(new float[] {Float.NaN}, 1))
        .isEqualTo(Tensor.of(new float[] {Float.NaN}, 1));
    assertThat(Tensor.zeros(2, 3)).isNotEqualTo(Tensor.zeros(3, 2));
  }

  @Property
  void aSchemaReadsWhatWasWritten(
      @ForAll float[] values, @ForAll @IntRange(max = 4) int rows, @ForAll byte trailing)
      throws IOException {
    TensorMap tensors = map("vector", Tensor.of(values, values.length), "m", Tensor.zeros(rows, 2));
    TensorSchema schema = tensors.schema();
    byte[] bytes = Written.bytes(tensors::writeTo);
    assertThat(bytes).hasSize(Math.toIntExact(Float.BYTES * schema.elements()));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = trailing;
    InputStream in = new ByteArrayInputStream(longer);
    assertThat(schema.read(in)).isEqualTo(tensors);
    assertThat(in.available()).isEqualTo(1);
  }

  /** Longer than the block in which values are moved. */
  @Test
  void manyValuesAreReadAsTheyWereWritten() throws IOException {
    float[] values = new float[100_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    TensorMap tensors = map("a", Tensor.of(values, values.length), "b", MATRIX);
    assertThat(tensors.schema().read(new ByteArrayInputStream(Written.bytes(tensors::writeTo))))
        .isEqualTo(tensors);
  }

  @Test
  void tensorsAreWrittenLittleEndianInTheirOrder() throws IOException {
    TensorMap tensors = map("z", Tensor.of(new float[] {1}, 1), "a", Tensor.of(new float[] {2}, 1));
    ByteBuffer bytes =
        ByteBuffer.wrap(Written.bytes(tensors::writeTo)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getFloat()).isEqualTo(1);
    assertThat(bytes.getFloat()).isEqualTo(2);
  }

  @Test
  void aSchemaRefusesTooFewBytesAndNamesTwice() {
    TensorSchema schema = map("a", MATRIX, "b", MATRIX).schema();
    assertThatThrownBy(() -> schema.read(new ByteArrayInputStream(new byte[47])))
        .isInstanceOf(EOFException.class);
    TensorSchema.Entry entry = new TensorSchema.Entry("a", List.of(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorSchema(List.of(entry, entry)))
        .withMessage("entries: a occurs twice");
  }

  @Test
  void anOverlayReplacesByNameAndKeepsTheOrder() {
    TensorMap tensors = map("a", MATRIX, "b", MATRIX);
    TensorMap overlaid = tensors.overlay(TensorMap.of(Map.of("b", Tensor.zeros(1))));
    assertThat(overlaid).isEqualTo(map("a", MATRIX, "b", Tensor.zeros(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tensors.overlay(TensorMap.of(Map.of("c", MATRIX))))
        .withMessage("no tensor c among [a, b]");
  }

  @Test
  void sumsOfMapsGoByName() {
    TensorMap tensors = map("a", MATRIX, "b", Tensor.zeros(1));
    assertThat(tensors.plus(tensors).minus(tensors)).isEqualTo(tensors);
    assertThat(tensors.filter("a"::equals).plus(tensors).names()).containsExactly("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tensors.minus(tensors.filter("a"::equals)))
        .withMessage("no tensor b among [a]");
  }

  private static TensorMap map(String first, Tensor one, String second, Tensor two) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(first, one);
    tensors.put(second, two);
    return TensorMap.of(tensors);
  }
}
