package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The weights of an exported encoder under the names its PyTorch model had.
 *
 * <p>The exporter keeps the names of tables, norms and biases but renames and transposes the
 * weights of linear layers; the node that multiplies by one still bears the layer's path, such as
 * {@code /encoder/layer.0/attention/self/query/MatMul}. What sentence-transformers exports has the
 * encoder within its own modules, as {@code model.0.auto_model}; only what lies within counts.
 */
final class OnnxEncoder {
  private static final String MATMUL = "/MatMul";
  private static final String WRAPPED = "auto_model.";

  private OnnxEncoder() {}

  /**
   * Linear weights are turned back to {@code [out, in]} when they are read.
   *
   * @throws WeftException if two arrays have the same name, as those of two encoders
   */
  static Checkpoint weights(OnnxModel model) {
    Map<String, String> linear = new LinkedHashMap<>();
    for (OnnxModel.Node node : model.nodes()) {
      if (isLinear(node, model)) {
        String path = node.name().substring(1, node.name().length() - MATMUL.length());
        linear.put(path.replace('/', '.') + ".weight", node.inputs().get(1));
      }
    }
    Set<String> renamed = Set.copyOf(linear.values());
    Map<String, Supplier<RawTensor>> named = new LinkedHashMap<>();
    for (RawTensor tensor : model.initializers().values()) {
      if (!renamed.contains(tensor.name())) {
        put(named, unwrapped(tensor.name()), () -> tensor, model);
      }
    }
    linear.forEach(
        (path, stored) -> {
          String name = unwrapped(path);
          put(named, name, () -> transposed(name, model.initializers().get(stored)), model);
        });
    return new TensorTable(model.source(), named);
  }

  private static String unwrapped(String name) {
    int wrapped = name.lastIndexOf(WRAPPED);
    return wrapped < 0 ? name : name.substring(wrapped + WRAPPED.length());
  }

  private static void put(
      Map<String, Supplier<RawTensor>> named,
      String name,
      Supplier<RawTensor> reader,
      OnnxModel model) {
    if (named.putIfAbsent(name, reader) != null) {
      throw new WeftException(
          Problem.UNSUPPORTED_MODEL,
          Text.format(
              "%s: holds tensor %s twice, as two encoders would; export the one to train by itself",
              model.source(), name));
    }
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
