package dev.weft.finetune.checkpoint;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The weights of an exported encoder under the names its PyTorch model had.
 *
 * <p>The exporter keeps the names of tables, norms and biases but renames and transposes the
 * weights of linear layers; the node that multiplies by one still bears the layer's path, such as
 * {@code /encoder/layer.0/attention/self/query/MatMul}.
 */
final class OnnxEncoder {
  private static final String MATMUL = "/MatMul";

  private OnnxEncoder() {}

  /** Linear weights are turned back to {@code [out, in]} when they are read. */
  static Checkpoint weights(OnnxModel model) {
    Map<String, Supplier<RawTensor>> named = new LinkedHashMap<>();
    model.initializers().forEach((name, tensor) -> named.put(name, () -> tensor));
    for (OnnxModel.Node node : model.nodes()) {
      if (isLinear(node, model)) {
        String path = node.name().substring(1, node.name().length() - MATMUL.length());
        String name = path.replace('/', '.') + ".weight";
        String stored = node.inputs().get(1);
        named.remove(stored);
        named.put(name, () -> transposed(name, model.initializers().get(stored)));
      }
    }
    return new TensorTable(model.source(), named);
  }

  private static boolean isLinear(OnnxModel.Node node, OnnxModel model) {
    return node.operator().equals("MatMul")
        && node.name().startsWith("/")
        && node.name().length() > MATMUL.length() + 1
        && node.name().endsWith(MATMUL)
        && node.inputs().size() == 2
        && model.initializers().containsKey(node.inputs().get(1))
        && model.initializers().get(node.inputs().get(1)).shape().size() == 2;
  }

  private static RawTensor transposed(String name, RawTensor matrix) {
    int rows = matrix.shape().get(0);
    int columns = matrix.shape().get(1);
    int width = matrix.type().blockBytes();
    byte[] from = new byte[matrix.bytes().remaining()];
    matrix.bytes().get(from);
    byte[] to = new byte[from.length];
    int position = 0;
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        int value = (row * columns + column) * width;
        for (int i = 0; i < width; i++) {
          to[position++] = from[value + i];
        }
      }
    }
    return new RawTensor(name, matrix.type(), List.of(columns, rows), ByteBuffer.wrap(to));
  }
}
