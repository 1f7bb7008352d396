package dev.weft.checkpoint.quantization;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The arrays of one layer, which its format takes one by one: checked for type, shape and finite
 * numbers. What nobody took is left over, and left over means misread: a scale that is not applied,
 * an order that is not followed.
 *
 * <p>Arrays go by what follows the layer's name: {@code .qweight}, {@code .weight.absmax}.
 */
final class Planes {
  static final Set<ElementType> FLOATS =
      EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16);
  static final Set<ElementType> FLOAT32 = EnumSet.of(ElementType.F32);
  static final Set<ElementType> INT32 = EnumSet.of(ElementType.I32);
  static final Set<ElementType> INT8 = EnumSet.of(ElementType.I8);
  static final Set<ElementType> UINT8 = EnumSet.of(ElementType.U8);

  /** Its bias is a vector of the model, and has a reader of its own. */
  private static final String BIAS = ".bias";

  private final Checkpoint checkpoint;
  private final String layer;
  private final Set<String> untaken;

  /**
   * @param layer name without ".weight"
   * @param names of all its arrays
   */
  Planes(Checkpoint checkpoint, String layer, Set<String> names) {
    this.checkpoint = checkpoint;
    this.layer = layer;
    this.untaken = new TreeSet<>(names);
    untaken.remove(layer + BIAS);
  }

  /** The layer's name. */
  String layer() {
    return layer;
  }

  boolean has(String plane) {
    return checkpoint.has(layer + plane);
  }

  /** An array of any type and shape, if there is one. */
  Optional<RawTensor> find(String plane) {
    untaken.remove(layer + plane);
    return checkpoint.find(layer + plane);
  }

  /** Counts arrays as read that say nothing about the weights. */
  void pass(String... planes) {
    Arrays.stream(planes).map(plane -> layer + plane).forEach(untaken::remove);
  }

  /** The name of an array that nobody took yet. */
  Optional<String> untaken() {
    return untaken.stream().findFirst();
  }

  /** The name of an array other than this one that nobody took yet. */
  Optional<String> untakenBeside(String plane) {
    return untaken.stream().filter(name -> !name.equals(layer + plane)).findFirst();
  }

  /**
   * An array of any shape.
   *
   * @throws WeftException if there is none or it has another type
   */
  RawTensor take(String plane, Set<ElementType> types) {
    RawTensor tensor =
        find(plane)
            .orElseThrow(
                () ->
                    new WeftException(
                        Problem.BAD_CHECKPOINT,
                        Text.format(
                            "%s: has no tensor %s%s; fetch the model again",
                            checkpoint.source(), layer, plane)));
    if (!types.contains(tensor.type())) {
      throw malformed(
          plane,
          "holds %s where %s is needed; use another export of the model",
          tensor.type(),
          types);
    }
    return tensor;
  }

  /**
   * An array of this shape.
   *
   * @throws WeftException if there is none or it has another type or shape
   */
  RawTensor take(String plane, Set<ElementType> types, Integer... shape) {
    RawTensor tensor = take(plane, types);
    requireShape(plane, tensor, List.of(shape));
    return tensor;
  }

  /** The words of a packed array of this shape. */
  PackedWords words(String plane, int bits, Integer... shape) {
    return new PackedWords(take(plane, INT32, shape).bytes(), bits);
  }

  /** The numbers of an array of this shape, all of them finite. */
  Elements elements(String plane, Set<ElementType> types, Integer... shape) {
    return finite(plane, take(plane, types, shape));
  }

  /**
   * The numbers of an array.
   *
   * @throws WeftException if one is not finite
   */
  Elements finite(String plane, RawTensor tensor) {
    Elements elements = new Elements(tensor);
    OptionalInt found = elements.firstNotFinite();
    if (found.isPresent()) {
      throw notFinite(
          checkpoint.place(layer + plane),
          elements.at(found.getAsInt()),
          found.getAsInt(),
          tensor.shape());
    }
    return elements;
  }

  /**
   * @param place the array and its file
   */
  static WeftException notFinite(String place, float value, long index, List<Integer> shape) {
    int[] position = new int[shape.size()];
    long rest = index;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = (int) (rest % shape.get(axis));
      rest /= shape.get(axis);
    }
    return new WeftException(
        Problem.NON_FINITE_WEIGHT,
        Text.format(
            "%s holds %s at %s; no model computes with that, so fetch or convert the file again",
            place, value, Arrays.toString(position)));
  }

  /**
   * A whole number that a tool saved as an array of its own; empty if it did not.
   *
   * @throws WeftException if the array is none or holds several
   */
  Optional<Long> number(String plane) {
    return find(plane)
        .map(
            tensor -> {
              if (tensor.elements() != 1) {
                throw malformed(
                    plane, "has the shape %s where one number is needed", tensor.shape());
              }
              return wholeNumbers(plane, tensor).get(0);
            });
  }

  /** The whole numbers of an array that a tool saved; empty if it did not. */
  private Optional<List<Long>> numbers(String plane) {
    return find(plane).map(tensor -> wholeNumbers(plane, tensor));
  }

  /** Where a tool saved the shape of a layer, it is that of the model. */
  void requireSaidShape(String plane, int out, int in) {
    List<Long> shape = List.of((long) out, (long) in);
    numbers(plane)
        .filter(said -> !said.equals(shape))
        .ifPresent(
            said -> {
              throw malformed(
                  plane,
                  "says %s where the model's configuration calls for %s; use weights and"
                      + " configuration of one model",
                  said,
                  shape);
            });
  }

  private List<Long> wholeNumbers(String plane, RawTensor tensor) {
    Long[] numbers = new Long[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (tensor.type()) {
            case I64 -> tensor.bytes().getLong(Long.BYTES * i);
            case I32 -> (long) tensor.bytes().getInt(Integer.BYTES * i);
            case I16 -> (long) tensor.bytes().getShort(Short.BYTES * i);
            case I8, U8, BOOL -> (long) tensor.bytes().get(i);
            default ->
                throw malformed(
                    plane,
                    "holds %s where whole numbers are needed; use another export of the model",
                    tensor.type());
          };
    }
    return List.of(numbers);
  }

  /**
   * @throws WeftException if the array has another shape
   */
  void requireShape(String plane, RawTensor tensor, List<Integer> shape) {
    if (!tensor.shape().equals(shape)) {
      throw malformed(
          plane,
          "has the shape %s where the model's configuration calls for %s; use weights and"
              + " configuration of one model",
          tensor.shape(),
          shape);
    }
  }

  /** A sentence about what is wrong with an array. */
  @FormatMethod
  WeftException malformed(String plane, @FormatString String predicate, Object... arguments) {
    return problem(Problem.BAD_CHECKPOINT, plane, Text.format(predicate, arguments));
  }

  /** A sentence about what Weft cannot do with an array. */
  @FormatMethod
  WeftException unsupported(String plane, @FormatString String predicate, Object... arguments) {
    return problem(Problem.UNSUPPORTED_MODEL, plane, Text.format(predicate, arguments));
  }

  private WeftException problem(Problem problem, String plane, String predicate) {
    return new WeftException(
        problem, Text.format("%s %s", checkpoint.place(layer + plane), predicate));
  }
}
