package dev.weft.checkpoint.quantization;

/**
 * How other engines quantize what goes through a layer. Activations stay float32 in Weft, so that
 * these arrays say nothing about the weights.
 */
final class Activations {

  private Activations() {}

  /** Counts the arrays of a layer that are about its activations as read. */
  static void pass(Planes planes) {
    planes.pass(
        ".input_scale",
        ".input_zero_point",
        ".output_scale",
        ".output_zero_point",
        ".k_scale",
        ".v_scale");
  }
}
