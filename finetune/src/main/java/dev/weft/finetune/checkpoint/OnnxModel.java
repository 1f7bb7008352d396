package dev.weft.finetune.checkpoint;

import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of an ONNX file that hold weights; field numbers are those of {@code onnx.proto}.
 *
 * @param initializers float32 tensors by name; integer tensors are left out
 * @param nodes the operators of the graph, in order
 */
record OnnxModel(Map<String, Tensor> initializers, List<Node> nodes) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATOR = 4;
  private static final int TENSOR_DIMENSION = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int FLOAT = 1;

  /** One operator with the names of its inputs. */
  record Node(String name, String operator, List<String> inputs) {}

  /**
   * @throws dev.weft.core.error.WeftException if the bytes are not an ONNX model
   */
  static OnnxModel read(ByteBuffer bytes, String source) {
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    ProtobufReader model = new ProtobufReader(bytes, source);
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        readGraph(model.message(), initializers, nodes);
      } else {
        model.skip();
      }
    }
    if (nodes.isEmpty()) {
      throw model.malformed("holds no graph");
    }
    return new OnnxModel(initializers, List.copyOf(nodes));
  }

  private static void readGraph(
      ProtobufReader graph, Map<String, Tensor> initializers, List<Node> nodes) {
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_NODE -> nodes.add(readNode(graph.message()));
        case GRAPH_INITIALIZER -> readTensor(graph.message(), initializers);
        default -> graph.skip();
      }
    }
  }

  private static Node readNode(ProtobufReader node) {
    String name = "";
    String operator = "";
    List<String> inputs = new ArrayList<>();
    while (node.next()) {
      switch (node.field()) {
        case NODE_INPUT -> inputs.add(node.string());
        case NODE_NAME -> name = node.string();
        case NODE_OPERATOR -> operator = node.string();
        default -> node.skip();
      }
    }
    return new Node(name, operator, List.copyOf(inputs));
  }

  private static void readTensor(ProtobufReader tensor, Map<String, Tensor> initializers) {
    String name = "";
    long type = 0;
    List<Long> dimensions = new ArrayList<>();
    FloatBuffer values = FloatBuffer.allocate(0);
    while (tensor.next()) {
      switch (tensor.field()) {
        case TENSOR_DIMENSION -> dimensions.addAll(tensor.varints());
        case TENSOR_TYPE -> type = tensor.varint();
        case TENSOR_NAME -> name = tensor.string();
        case TENSOR_FLOATS, TENSOR_RAW -> values = tensor.bytes().asFloatBuffer();
        default -> tensor.skip();
      }
    }
    if (type == FLOAT) {
      initializers.put(name, toTensor(tensor, name, dimensions, values));
    }
  }

  private static Tensor toTensor(
      ProtobufReader tensor, String name, List<Long> dimensions, FloatBuffer values) {
    try {
      int[] shape = dimensions.stream().mapToInt(Math::toIntExact).toArray();
      if (Tensor.elements(shape) != values.remaining()) {
        throw new ArithmeticException("shape and data differ");
      }
      float[] copy = new float[values.remaining()];
      values.get(copy);
      return Tensor.of(copy, shape);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw tensor.malformed(
          "tensor %s of shape %s holds %d values".formatted(name, dimensions, values.remaining()));
    }
  }
}
