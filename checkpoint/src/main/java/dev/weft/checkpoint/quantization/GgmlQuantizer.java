package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Float16;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * ggml's blocks of 32 values of a row, byte for byte what llama.cpp writes (quantization.md F4).
 *
 * @param name as users write it
 */
record GgmlQuantizer(String name, ElementType type, BlockWriter writer) implements QuantScheme {

  /** Writes one block: its float16 scale, then its codes. */
  private interface BlockWriter {
    void write(float[] values, int from, ByteBuffer target);
  }

  static GgmlQuantizer q4() {
    return new GgmlQuantizer("q4-0", ElementType.Q4_0, GgmlQuantizer::writeQ4);
  }

  static GgmlQuantizer q8() {
    return new GgmlQuantizer("q8-0", ElementType.Q8_0, GgmlQuantizer::writeQ8);
  }

  /**
   * @throws WeftException if rows are no whole number of blocks
   */
  @Override
  public StoredMatrix store(Tensor weights) {
    int in = weights.dimension(1);
    if (in % type.blockValues() != 0) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "model.quantization: %s needs rows of a multiple of %d weights, but a layer has %d;"
                  + " use nf4",
              name, type.blockValues(), in));
    }
    float[] values = weights.toArray();
    ByteBuffer blocks = Memory.bytes(type.bytes(weights.shape()));
    for (int from = 0; from < values.length; from += type.blockValues()) {
      writer.write(values, from, blocks);
    }
    return new GgmlMatrix(type, weights.dimension(0), in, blocks.flip());
  }

  /** The element of largest magnitude becomes -8, so the scale may be negative. */
  private static void writeQ4(float[] values, int from, ByteBuffer target) {
    float extreme = 0;
    for (int i = from; i < from + 32; i++) {
      if (Math.abs(values[i]) > Math.abs(extreme)) {
        extreme = values[i];
      }
    }
    float d = extreme / -8;
    float inverse = inverse(d);
    target.putShort(Float16.nearest(d));
    for (int j = from; j < from + 16; j++) {
      target.put((byte) (q4(values[j] * inverse) | q4(values[j + 16] * inverse) << 4));
    }
  }

  private static int q4(float scaled) {
    return Math.min(15, (int) (scaled + 8.5f));
  }

  private static void writeQ8(float[] values, int from, ByteBuffer target) {
    float d = Codebook.absmax(values, from, from + 32) / 127;
    float inverse = inverse(d);
    target.putShort(Float16.nearest(d));
    for (int j = from; j < from + 32; j++) {
      target.put((byte) awayFromZero(values[j] * inverse));
    }
  }

  /** C's roundf. */
  private static int awayFromZero(float value) {
    int magnitude = (int) (Math.abs(value) + 0.5f);
    return value < 0 ? -magnitude : magnitude;
  }

  private static float inverse(float d) {
    return d == 0 ? 0 : 1 / d;
  }
}
