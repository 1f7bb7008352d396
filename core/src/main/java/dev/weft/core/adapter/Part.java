package dev.weft.core.adapter;

import dev.weft.core.tensor.Tensor;

/**
 * The part a tensor plays in an adapter. Parts are trained, frozen, sent and derived as a whole.
 *
 * <p>A part also says which entries of its tensors an adapter of smaller rank holds: those of a
 * <em>level</em> below that rank. One rule serves every nested scheme: seeded frozen factors,
 * ordered singular vectors, nested Fed-SB blocks.
 */
public enum Part {
  /** Down-projections {@code A [r, in]}; the level is the row. */
  A('A', ".lora_A"),
  /** Up-projections {@code B [out, r]}; the level is the column. */
  B('B', ".lora_B"),
  /**
   * Cores between them, {@code [r, r]} or a diagonal {@code [r]}; the level is the larger index.
   */
  CORE('C', ".lora_core"),
  /** One number per row {@code [out]}, such as DoRA's magnitudes; all of level 0. */
  MAGNITUDE('M', ".lora_magnitude_vector"),
  /** The classification head {@code weight [classes, features]}, {@code bias [classes]}. */
  HEAD('H', "");

  private final char letter;
  private final String suffix;

  Part(char letter, String suffix) {
    this.letter = letter;
    this.suffix = suffix;
  }

  /** What tells this part from others where it travels. */
  public char letter() {
    return letter;
  }

  /** Name of this part's tensor at a layer. */
  public String tensorName(String layer) {
    if (this == HEAD) {
      throw new IllegalArgumentException("the head belongs to no adapted layer");
    }
    return layer + suffix;
  }

  /** The part that a tensor of this name plays. */
  public static Part of(String tensorName) {
    for (Part part : values()) {
      if (part != HEAD && tensorName.endsWith(part.suffix)) {
        return part;
      }
    }
    return HEAD;
  }

  /** Whether its tensors depend on the adapter's rank at all. */
  public boolean hasRank() {
    return this != MAGNITUDE && this != HEAD;
  }

  /** The entries of a level below {@code rank}, as a tensor. */
  public Tensor truncate(Tensor tensor, int rank) {
    int[] extents = tensor.shapeArray();
    for (int axis = 0; axis < extents.length; axis++) {
      if (hasRankAlong(axis)) {
        extents[axis] = rank;
      }
    }
    return tensor.leadingBlock(extents);
  }

  /** The level of an entry in row-major order of a tensor of this shape. */
  public int level(int[] shape, int index) {
    int level = 0;
    int rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (hasRankAlong(axis)) {
        level = Math.max(level, rest % shape[axis]);
      }
      rest /= shape[axis];
    }
    return level;
  }

  private boolean hasRankAlong(int axis) {
    return switch (this) {
      case A -> axis == 0;
      case B -> axis == 1;
      case CORE -> true;
      case MAGNITUDE, HEAD -> false;
    };
  }
}
