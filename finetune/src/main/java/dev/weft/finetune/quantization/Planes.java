package dev.weft.finetune.quantization;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.checkpoint.Checkpoint;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.checkpoint.RawTensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The arrays that formats are made of, checked for type and shape when they are taken. */
record Planes(Checkpoint checkpoint) {
  static final Set<ElementType> FLOATS =
      EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16);
  static final Set<ElementType> FLOAT32 = EnumSet.of(ElementType.F32);
  static final Set<ElementType> INT32 = EnumSet.of(ElementType.I32);
  static final Set<ElementType> INT8 = EnumSet.of(ElementType.I8);
  static final Set<ElementType> UINT8 = EnumSet.of(ElementType.U8);

  boolean has(String name) {
    return checkpoint.find(name).isPresent();
  }

  Optional<RawTensor> find(String name) {
    return checkpoint.find(name);
  }

  /**
   * An array of any shape.
   *
   * @throws WeftException if there is none or it has another type
   */
  RawTensor take(String name, Set<ElementType> types) {
    RawTensor tensor =
        checkpoint
            .find(name)
            .orElseThrow(() -> malformed("has no tensor %s; fetch the model again", name));
    if (!types.contains(tensor.type())) {
      throw malformed(
          "tensor %s holds %s where %s is needed; use another export of the model",
          name, tensor.type(), types);
    }
    return tensor;
  }

  /**
   * An array of this shape.
   *
   * @throws WeftException if there is none or it has another type or shape
   */
  RawTensor take(String name, Set<ElementType> types, Integer... shape) {
    RawTensor tensor = take(name, types);
    requireShape(tensor, List.of(shape));
    return tensor;
  }

  /** The words of a packed array of this shape. */
  PackedWords words(String name, int bits, Integer... shape) {
    return new PackedWords(take(name, INT32, shape).bytes(), bits);
  }

  /** The numbers of an array of this shape. */
  Elements elements(String name, Set<ElementType> types, Integer... shape) {
    return new Elements(take(name, types, shape));
  }

  /**
   * @throws WeftException if the array has another shape
   */
  void requireShape(RawTensor tensor, List<Integer> shape) {
    if (!tensor.shape().equals(shape)) {
      throw malformed(
          "tensor %s has the shape %s where %s is needed; check that it belongs to this model",
          tensor.name(), tensor.shape(), shape);
    }
  }

  /** A sentence about what is wrong with this checkpoint. */
  @FormatMethod
  WeftException malformed(@FormatString String sentence, Object... arguments) {
    return problem(Problem.BAD_CHECKPOINT, Text.format(sentence, arguments));
  }

  /** A sentence about what Weft cannot do with this checkpoint. */
  @FormatMethod
  WeftException unsupported(@FormatString String sentence, Object... arguments) {
    return problem(Problem.UNSUPPORTED_MODEL, Text.format(sentence, arguments));
  }

  private WeftException problem(Problem problem, String sentence) {
    return new WeftException(problem, checkpoint.source() + ": " + sentence);
  }
}
