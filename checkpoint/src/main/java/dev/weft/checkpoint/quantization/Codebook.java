package dev.weft.checkpoint.quantization;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of values in [-1, 1] by their code, and the nearest-entry rule of bitsandbytes: decide at
 * the float32 midpoints, a tie goes to the lower value.
 */
final class Codebook {
  /** Smallest divisor, so that a block of zeros stays finite. */
  private static final float TINY = 1e-38f;

  /** Buckets of [-1, 1] that narrow the search for the nearest value. */
  private static final int BUCKETS = 1024;

  private final float[] values;
  private final int[] codesByValue;
  private final float[] midpoints;
  private final int[] midpointsBelow = new int[BUCKETS + 1];

  private Codebook(float... values) {
    this.values = values;
    List<Integer> sorted =
        IntStream.range(0, values.length)
            .filter(code -> Float.floatToRawIntBits(values[code]) != Integer.MIN_VALUE)
            .boxed()
            .sorted(Comparator.comparing(code -> values[code]))
            .toList();
    codesByValue = sorted.stream().mapToInt(Integer::intValue).toArray();
    midpoints = new float[codesByValue.length - 1];
    for (int i = 0; i < midpoints.length; i++) {
      midpoints[i] = (values[codesByValue[i]] + values[codesByValue[i + 1]]) / 2;
    }
    for (int i = 0; i < midpoints.length; i++) {
      for (int later = bucket(midpoints[i]) + 1; later <= BUCKETS; later++) {
        midpointsBelow[later] = i + 1;
      }
    }
  }

  /**
   * The 16 values of NF4: quantiles of the normal distribution, scaled to [-1, 1], with an exact
   * zero (Dettmers et al., "QLoRA", NeurIPS 2023, appendix E).
   */
  static Codebook normalFloat4() {
    return new Codebook(
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
        1.0f);
  }

  /**
   * The 4-bit float of bitsandbytes: twelfths, in an order of their own. Its negative zero is never
   * chosen.
   */
  static Codebook float4() {
    float[] twelfths = {0, 0.0625f, 8, 12, 4, 6, 2, 3};
    float[] values = new float[16];
    for (int code = 0; code < 8; code++) {
      values[code] = twelfths[code] / 12;
      values[8 + code] = -values[code];
    }
    return new Codebook(values);
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

  /** The values by their code. */
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

  /** What the values of a block of this absmax are multiplied by before {@link #nearest}. */
  static float reciprocal(float absmax) {
    return 1 / Math.max(absmax, TINY);
  }

  /** The code of {@code x} in a block whose reciprocal absmax is given. */
  int nearest(float x, float reciprocal) {
    float scaled = Math.max(-1, Math.min(1, x * reciprocal));
    int position = midpointsBelow[bucket(scaled)];
    while (position < midpoints.length && midpoints[position] < scaled) {
      position++;
    }
    return codesByValue[position];
  }

  /** Grows with its argument, which is in [-1, 1]. */
  private static int bucket(float scaled) {
    return (int) ((scaled + 1) * (BUCKETS / 2));
  }
}
