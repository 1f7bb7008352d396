package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.checkpoint.JsonFile;
import dev.weft.checkpoint.RawTensor;
import java.util.List;
import java.util.Locale;

/**
 * How the weights of some layers are quantized, as {@code weights} of a group of compressed-tensors
 * says it.
 *
 * @param bits per code
 * @param floats whether codes are floats rather than integers
 * @param strategy what shares a scale
 * @param symmetric whether there are no zero points
 * @param ordered whether activations decided which columns form a group
 */
record WeightArguments(
    int bits, boolean floats, Strategy strategy, boolean symmetric, boolean ordered) {

  /** What shares a scale. */
  sealed interface Strategy {}

  /** The whole matrix. */
  record Whole() implements Strategy {}

  /** A row. */
  record Row() implements Strategy {}

  /** So many columns of a row; the last group of a row may be shorter. */
  record Columns(int group) implements Strategy {}

  /** A rectangle. */
  record Rectangle(Fp8.Tile tile) implements Strategy {}

  static WeightArguments of(JsonFile weights) {
    String type = weights.text("type", "int");
    if (!List.of("int", "float").contains(type)) {
      throw weights.unsupported("weights of type " + type, "int and float");
    }
    JsonNode order = weights.fields().path("actorder");
    boolean ordered =
        order.asBoolean()
            || List.of("group", "dynamic").contains(order.asText("").toLowerCase(Locale.ROOT));
    return new WeightArguments(
        weights.whole("num_bits", 8, 1, 32),
        type.equals("float"),
        strategy(weights),
        weights.flag("symmetric", true),
        ordered);
  }

  private static Strategy strategy(JsonFile weights) {
    int group = weights.whole("group_size", 0, -1, 1 << 24);
    String implied = group > 0 ? "group" : group < 0 ? "channel" : "tensor";
    String strategy = weights.text("strategy", implied);
    return switch (strategy) {
      case "tensor" -> new Whole();
      case "channel" -> new Row();
      case "group", "tensor_group" -> {
        if (group < 1) {
          throw weights.bad("has the strategy " + strategy + " and no group_size");
        }
        yield new Columns(group);
      }
      case "block" -> new Rectangle(tile(weights));
      default ->
          throw weights.unsupported(
              "the strategy " + strategy, "tensor, channel, group and block for weights");
    };
  }

  /** Newer files hold two numbers, older ones "128x128". */
  private static Fp8.Tile tile(JsonFile weights) {
    JsonNode size = weights.fields().path("block_structure");
    if (!size.isTextual()) {
      return Fp8.Tile.of(weights, size);
    }
    String[] sides = size.textValue().split("x", -1);
    try {
      return new Fp8.Tile(Integer.parseInt(sides[0]), Integer.parseInt(sides[sides.length - 1]));
    } catch (NumberFormatException e) {
      throw weights.unsupported(
          "weight blocks of " + JsonFile.shown(size), "two sizes, such as 128x128");
    }
  }

  /** What follows the name of a format whose groups are columns. */
  String suffix() {
    return strategy instanceof Columns columns ? "-g" + columns.group() : "";
  }

  /** The groups that share a scale in a matrix [out, in]. */
  Groups groups(int out, int in) {
    if (strategy instanceof Whole) {
      return Groups.whole(in);
    }
    if (strategy instanceof Rectangle rectangle) {
      return rectangle.tile().groups(in);
    }
    return Groups.alongRows(in, strategy instanceof Columns columns ? columns.group() : in);
  }

  /**
   * The shape that the scales of a matrix [out, in] have. Where there is one for all or one per
   * row, it may be written in more than one way, of which the file's is given.
   */
  Integer[] scaleShape(Planes planes, String plane, int out, int in) {
    if (strategy instanceof Rectangle rectangle) {
      return rectangle.tile().scaleShape(out, in);
    }
    if (strategy instanceof Columns columns) {
      return new Integer[] {out, (in - 1) / columns.group() + 1};
    }
    List<Integer> stored = planes.find(plane).map(RawTensor::shape).orElse(List.of());
    if (strategy instanceof Whole) {
      boolean one = stored.stream().allMatch(size -> size == 1);
      return one ? stored.toArray(Integer[]::new) : new Integer[] {1};
    }
    return stored.equals(List.of(out)) ? new Integer[] {out} : new Integer[] {out, 1};
  }
}
