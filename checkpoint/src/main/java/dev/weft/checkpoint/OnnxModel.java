package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of an ONNX file that hold weights; field numbers are those of {@code onnx.proto}.
 *
 * @param source the file, for messages
 * @param initializers floating-point arrays by name, slices of the file; integers, which are parts
 *     of the computation, are left out
 * @param nodes the operators of the graph, in order
 */
record OnnxModel(String source, Map<String, RawTensor> initializers, List<Node> nodes) {
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
  private static final int TENSOR_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int MOST_DIMENSIONS = 8;

  /** A hundred times what a large encoder has. */
  private static final int MOST_NODES = 1 << 20;

  /** {@code TensorProto.DataType}. */
  private static final Map<Long, ElementType> TYPES =
      Map.of(
          1L, ElementType.F32, 10L, ElementType.F16, 11L, ElementType.F64, 16L, ElementType.BF16);

  OnnxModel {
    initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
    nodes = List.copyOf(nodes);
  }

  /** One operator with the names of its inputs. */
  record Node(String name, String operator, List<String> inputs) {}

  /**
   * @throws WeftException if the bytes are not an ONNX model
   */
  static OnnxModel read(ByteBuffer bytes, String source) {
    Map<String, RawTensor> initializers = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    ProtobufReader model = new ProtobufReader(bytes, source);
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        readGraph(model.message(), source, initializers, nodes);
      } else {
        model.skip();
      }
    }
    if (nodes.isEmpty()) {
      throw model.malformed("holds no graph");
    }
    return new OnnxModel(source, initializers, nodes);
  }

  private static void readGraph(
      ProtobufReader graph, String source, Map<String, RawTensor> initializers, List<Node> nodes) {
    while (graph.next()) {
      if (nodes.size() > MOST_NODES) {
        throw graph.malformed(Text.format("holds more than %d operators", MOST_NODES));
      }
      switch (graph.field()) {
        case GRAPH_NODE -> nodes.add(readNode(graph.message()));
        case GRAPH_INITIALIZER ->
            readTensor(graph.message(), source)
                .ifPresent(tensor -> initializers.put(tensor.name(), tensor));
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

  private static Optional<RawTensor> readTensor(ProtobufReader tensor, String source) {
    String name = "";
    long type = 0;
    boolean external = false;
    List<Long> dimensions = new ArrayList<>();
    ByteBuffer values = ByteBuffer.allocate(0);
    while (tensor.next()) {
      switch (tensor.field()) {
        case TENSOR_DIMENSION -> dimensions.addAll(tensor.varints());
        case TENSOR_TYPE -> type = tensor.varint();
        case TENSOR_NAME -> name = tensor.string();
        case TENSOR_FLOATS, TENSOR_RAW -> values = tensor.bytes();
        case TENSOR_LOCATION -> external = tensor.varint() == EXTERNAL;
        default -> tensor.skip();
      }
    }
    if (!PlainName.isPlain(name)) {
      throw tensor.malformed("a tensor's name is no plain text");
    }
    if (external) {
      throw new WeftException(
          Problem.UNSUPPORTED_MODEL,
          Text.format(
                  "%s: keeps tensor %s in another file; export the model with its weights inside,"
                      + " or use its",
                  source, name)
              + " safetensors files");
    }
    ElementType element = TYPES.get(type);
    return element == null
        ? Optional.empty()
        : Optional.of(array(tensor, name, element, dimensions, values));
  }

  private static RawTensor array(
      ProtobufReader tensor,
      String name,
      ElementType type,
      List<Long> dimensions,
      ByteBuffer values) {
    try {
      List<Integer> shape = dimensions.stream().map(Math::toIntExact).toList();
      if (shape.size() <= MOST_DIMENSIONS && shape.stream().allMatch(size -> size >= 0)) {
        return new RawTensor(name, type, shape, values);
      }
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw contradicting(tensor, name, dimensions, values);
    }
    throw contradicting(tensor, name, dimensions, values);
  }

  private static WeftException contradicting(
      ProtobufReader tensor, String name, List<Long> dimensions, ByteBuffer values) {
    return tensor.malformed(
        Text.format(
            "tensor %s of shape %s holds %d bytes",
            name,
            dimensions.subList(0, Math.min(dimensions.size(), MOST_DIMENSIONS)),
            values.remaining()));
  }
}
