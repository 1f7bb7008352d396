package dev.weft.finetune.quantization;

import java.util.Arrays;

/**
 * A sorted table of values in [-1, 1] and the nearest-entry rule of bitsandbytes: decide at the
 * float32 midpoints, a tie goes to the lower entry.
 */
final class Codebook {
  /** Smallest divisor, so that a block of zeros stays finite. */
  private static final float TINY = 1e-38f;

  private final float[] values;
  private final float[] midpoints;

  private Codebook(float[] values) {
    this.values = values;
    midpoints = new float[values.length - 1];
    for (int i = 0; i < midpoints.length; i++) {
      midpoints[i] = (values[i] + values[i + 1]) / 2;
    }
  }

  /**
   * The 16 values of NF4: quantiles of the normal distribution, scaled to [-1, 1], with an exact
   * zero (Dettmers et al., "QLoRA", NeurIPS 2023, appendix E).
   */
  static Codebook normalFloat4() {
    return new Codebook(
        new float[] {
          -1.0f,
          -0.6961928f,
          -0.52507305f,
          -0.3949175f,
          -0.28444138f,
          -0.18477343f,
          -0.091050036f,
          0.0f,
          0.0795803f,
          0.1609302f,
          0.2461123f,
          0.33791524f,
          0.44070983f,
          0.562617f,
          0.72295684f,
          1.0f
        });
  }

  /**
   * The 256 values of the signed 8-bit dynamic type: seven decades, decade {@code i} split into
   * {@code 2^i} steps (Dettmers et al., "8-bit optimizers via block-wise quantization", ICLR 2022).
   */
  static Codebook dynamic8() {
    float[] values = new float[256];
    int count = 0;
    for (int decade = 0; decade < 7; decade++) {
      int steps = 1 << decade;
      float scale = (float) Math.pow(10, decade - 6);
      for (int step = 0; step < steps; step++) {
        float middle = (edge(step, steps) + edge(step + 1, steps)) / 2;
        values[count++] = scale * middle;
        values[count++] = -scale * middle;
      }
    }
    values[count++] = 0;
    values[count] = 1;
    Arrays.sort(values);
    return new Codebook(values);
  }

  /**
   * Point {@code k} of n + 1 evenly spaced ones from 0.1 to 1, counted from the nearer end as
   * libtorch's linspace does; each is rounded to float32 once.
   */
  private static float edge(int k, int n) {
    float start = 0.1f;
    float end = 1;
    float step = (end - start) / n;
    return k < (n + 1) / 2
        ? (float) (start + (double) step * k)
        : (float) (end - (double) step * (n - k));
  }

  float value(int code) {
    return values[code];
  }

  float[] values() {
    return values.clone();
  }

  /** Largest magnitude in a block, 0 if the block is empty. */
  static float absmax(float[] block, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(block[i]));
    }
    return largest;
  }

  /**
   * The code of {@code x} in a block of this absmax; multiplies by the reciprocal like the source.
   */
  int nearest(float x, float absmax) {
    float scaled = Math.max(-1, Math.min(1, x * (1 / Math.max(absmax, TINY))));
    int position = Arrays.binarySearch(midpoints, scaled);
    return position < 0 ? -position - 1 : position;
  }
}
