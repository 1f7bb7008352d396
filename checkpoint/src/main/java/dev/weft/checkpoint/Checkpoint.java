package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The named arrays of a model, whatever file they lie in. Immutable; arrays are read when used. */
public interface Checkpoint {

  /** Where it was read, for messages. */
  String source();

  /** Names in file order. */
  List<String> names();

  /** The array of this name, if there is one. */
  Optional<RawTensor> find(String name);

  /** Whether there is an array of this name. */
  default boolean has(String name) {
    return find(name).isPresent();
  }

  /** The file that holds this array and its name there, as the subject of a message. */
  default String place(String name) {
    return Text.format("%s: tensor %s", source(), name);
  }

  /**
   * The array of this name, which must have this shape.
   *
   * @throws WeftException if there is none or it has another shape
   */
  default RawTensor tensor(String name, int... shape) {
    List<Integer> wanted = Arrays.stream(shape).boxed().toList();
    RawTensor tensor =
        find(name)
            .orElseThrow(
                () ->
                    new WeftException(
                        Problem.BAD_CHECKPOINT,
                        Text.format(
                                "%s: has no tensor %s, which the model's configuration calls for;"
                                    + " fetch or",
                                source(), name)
                            + " export the model again"));
    if (!tensor.shape().equals(wanted)) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
                  "%s has the shape %s where the model's configuration calls for %s; use weights",
                  place(name), tensor.shape(), wanted)
              + " and configuration of one model");
    }
    return tensor;
  }
}
