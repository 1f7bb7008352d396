package dev.weft.finetune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
  private static final byte[] MODEL = model(tensor(2, 3, 6), node("MatMul", "/a/b/MatMul"));

  @Test
  void readsInitializersAndNodes() {
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(MODEL), "test.onnx");

    assertThat(model.initializers())
        .containsExactlyEntriesOf(Map.of("w", Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3)));
    assertThat(model.nodes())
        .containsExactly(new OnnxModel.Node("/a/b/MatMul", "MatMul", List.of("x", "w")));
  }

  @Test
  void saysInOneSentenceThatShapeAndDataDiffer() {
    byte[] wrong = model(tensor(2, 4, 6), node("MatMul", "n"));

    assertThatThrownBy(() -> OnnxModel.read(ByteBuffer.wrap(wrong), "test.onnx"))
        .isInstanceOf(WeftException.class)
        .hasMessage(
            "test.onnx: is not a readable ONNX model, tensor w of shape [2, 4] holds 6 values;"
                + " fetch the file again");
  }

  @Property
  void everyTruncationIsRefused(@ForAll @IntRange(max = 500) int length) {
    byte[] truncated = Arrays.copyOf(MODEL, Math.min(length, MODEL.length - 1));

    assertThatThrownBy(() -> OnnxModel.read(ByteBuffer.wrap(truncated), "test.onnx"))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith("test.onnx: is not a readable ONNX model, ");
  }

  @Property(tries = 3000)
  void corruptedBytesNeverRaiseAnythingButAWeftException(
      @ForAll @IntRange(max = 10_000) int position, @ForAll byte value, @ForAll byte second) {
    byte[] corrupted = MODEL.clone();
    corrupted[position % MODEL.length] = value;
    corrupted[(position * 31 + 7) % MODEL.length] = second;
    readOrRefuse(corrupted);
  }

  @Property
  void randomBytesNeverRaiseAnythingButAWeftException(@ForAll byte[] bytes) {
    readOrRefuse(bytes);
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      OnnxModel.read(ByteBuffer.wrap(bytes), "test.onnx");
    } catch (WeftException e) {
      assertThat(e).hasMessageStartingWith("test.onnx: is not a readable ONNX model, ");
    }
  }

  private static byte[] model(byte[] tensor, byte[] node) {
    return field(7, concat(field(1, node), field(5, tensor)));
  }

  private static byte[] tensor(int rows, int columns, int count) {
    ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      raw.putFloat(i);
    }
    return concat(
        varintField(1, rows),
        varintField(1, columns),
        varintField(2, 1),
        field(8, utf8("w")),
        field(9, raw.array()));
  }

  private static byte[] node(String operator, String name) {
    return concat(
        field(1, utf8("x")), field(1, utf8("w")), field(3, utf8(name)), field(4, utf8(operator)));
  }

  private static byte[] varintField(int number, int value) {
    return new byte[] {(byte) (number << 3), (byte) value};
  }

  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((number << 3) | 2);
    for (int rest = content.length; ; rest >>>= 7) {
      if (rest < 128) {
        bytes.write(rest);
        break;
      }
      bytes.write((rest & 127) | 128);
    }
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
