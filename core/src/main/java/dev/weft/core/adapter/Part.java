package dev.weft.core.adapter;

/**
 * The part a tensor plays in an adapter. Parts are trained, frozen, sent and derived as a whole.
 */
public enum Part {
  /** Down-projections {@code A [r, in]}. */
  A(".lora_A"),
  /** Up-projections {@code B [out, r]}. */
  B(".lora_B"),
  /** Cores {@code R [r, r]} between them. */
  CORE(".lora_core"),
  /** The classification head {@code weight [classes, features]}, {@code bias [classes]}. */
  HEAD("");

  private final String suffix;

  Part(String suffix) {
    this.suffix = suffix;
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
}
