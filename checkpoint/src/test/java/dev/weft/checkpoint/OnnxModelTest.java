package dev.weft.checkpoint;

import static dev.weft.checkpoint.OnnxBytes.model;
import static dev.weft.checkpoint.OnnxBytes.node;
import static dev.weft.checkpoint.OnnxBytes.tensor;
import static dev.weft.checkpoint.OnnxBytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
  private static final byte[] MODEL = model(tensor(2, 3, 6), node("MatMul", "/a/b/MatMul"));

  @Test
  void readsInitializersAndNodes() {
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(MODEL), "test.onnx");

    assertThat(model.initializers()).containsOnlyKeys("w");
    RawTensor weights = model.initializers().get("w");
    assertThat(weights.type()).isEqualTo(ElementType.F32);
    assertThat(weights.shape()).containsExactly(2, 3);
    assertThat(Fixtures.bytes(weights)).isEqualTo(Fixtures.bytes(Fixtures.counting("w", 0, 2, 3)));
    assertThat(model.nodes())
        .containsExactly(new OnnxModel.Node("/a/b/MatMul", "MatMul", List.of("x", "w")));
  }

  @Test
  void saysInOneSentenceThatShapeAndDataDiffer() {
    byte[] wrong = model(tensor(2, 4, 6), node("MatMul", "n"));

    assertThatThrownBy(() -> OnnxModel.read(ByteBuffer.wrap(wrong), "test.onnx"))
        .isInstanceOf(WeftException.class)
        .hasMessage(
            "test.onnx: is not a readable ONNX model, tensor w of shape [2, 4] holds 24 bytes;"
                + " fetch the file again");
  }

  @Test
  void theWeightOfALinearLayerIsNamedAfterItsNodeAndTurnedBack() {
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(MODEL), "test.onnx");

    Checkpoint weights = OnnxEncoder.weights(model);

    assertThat(weights.names()).containsExactly("a.b.weight");
    FloatBuffer turned = weights.tensor("a.b.weight", 3, 2).bytes().asFloatBuffer();
    float[] values = new float[6];
    turned.get(values);
    assertThat(values).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void theEncoderWithinSentenceTransformersModulesHasItsOwnNames() {
    byte[] wrapped =
        model(
            OnnxBytes.concat(
                tensor(2, 3, 6), OnnxBytes.field(8, utf8("model.0.auto_model.a.c.bias"))),
            node("MatMul", "/model/model.0/auto_model/a/b/MatMul"));

    assertThat(names(wrapped)).containsExactly("a.c.bias");
    assertThat(
            names(model(tensor(2, 3, 6), node("MatMul", "/model/model.0/auto_model/a/b/MatMul"))))
        .containsExactly("a.b.weight");
  }

  @Test
  void twoEncodersWhoseArraysHaveOneNameAreRefused() {
    byte[] towers =
        model(
            tensor(2, 3, 6),
            node("MatMul", "/left/auto_model/a/MatMul"),
            node("MatMul", "/right/auto_model/a/MatMul"));

    assertThatThrownBy(() -> names(towers))
        .isInstanceOf(WeftException.class)
        .hasMessage(
            "test.onnx: holds tensor a.weight twice, as two encoders would; export the one to"
                + " train by itself");
  }

  private static List<String> names(byte[] bytes) {
    return OnnxEncoder.weights(OnnxModel.read(ByteBuffer.wrap(bytes), "test.onnx")).names();
  }

  @Test
  void weightsInAnotherFileAreRefused() {
    byte[] external = OnnxBytes.concat(tensor(2, 3, 0), OnnxBytes.varintField(14, 1));

    assertThatThrownBy(
            () ->
                OnnxModel.read(ByteBuffer.wrap(model(external, node("MatMul", "n"))), "test.onnx"))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith("test.onnx: keeps tensor w in another file");
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
      assertThat(e).hasMessageStartingWith("test.onnx: ");
    }
  }
}
