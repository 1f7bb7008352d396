package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.Text;
import dev.weft.core.tensor.Float16;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Unsigned integers with a float16 scale and an integer zero per group of a row: rounding to the
 * nearest, the starting point of GPTQ (quantization.md F6).
 *
 * @param bits 4 or 8
 * @param group columns per group
 */
record AffineGroups(int bits, int group) implements QuantScheme {

  @Override
  public String name() {
    return Text.format("int%d-g%d", bits, group);
  }

  @Override
  public GroupedMatrix store(Tensor weights) {
    int out = weights.dimension(0);
    int in = weights.dimension(1);
    Groups groups = Groups.alongRows(in, group);
    int wordsPerRow = PackedWords.wordsFor(in, bits);
    ByteBuffer codes = Memory.bytes((long) Integer.BYTES * out * wordsPerRow);
    ByteBuffer scales = Memory.bytes((long) Short.BYTES * out * groups.perRow());
    ByteBuffer zeros = Memory.bytes((long) out * groups.perRow());
    float[] values = weights.toArray();
    IntBuffer words = codes.asIntBuffer();
    for (int row = 0; row < out; row++) {
      for (int k = 0; k < groups.perRow(); k++) {
        int from = k * group;
        int to = Math.min(from + group, in);
        Range range = Range.of(values, row * in + from, row * in + to, (1 << bits) - 1);
        scales.putShort(Float16.nearest(range.scale));
        zeros.put((byte) range.zero);
        for (int column = from; column < to; column++) {
          int bit = column * bits;
          int word = row * wordsPerRow + bit / Integer.SIZE;
          int code = range.code(values[row * in + column]);
          words.put(word, words.get(word) | code << bit % Integer.SIZE);
        }
      }
    }
    return new GroupedMatrix(
        name(),
        out,
        in,
        new Codes.PackedRows(new PackedWords(codes, bits), wordsPerRow, 1, in),
        groups,
        new Elements(ElementType.F16, scales.flip()),
        new Elements(ElementType.U8, zeros.flip()));
  }

  /**
   * What one group's codes stand for: {@code scale * (code - zero)}.
   *
   * @param largest code
   */
  private record Range(float scale, int zero, int largest) {

    /** Covers zero, so that it is representable, and has the scale that will be read back. */
    static Range of(float[] values, int from, int to, int largest) {
      float low = 0;
      float high = 0;
      for (int i = from; i < to; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      float scale = Float16.toFloat(Float16.nearest((high - low) / largest));
      if (scale == 0) {
        return new Range(0, 0, largest);
      }
      return new Range(scale, clamp(-low / scale, largest), largest);
    }

    int code(float value) {
      return scale == 0 ? 0 : clamp((float) Math.rint(value / scale) + zero, largest);
    }

    private static int clamp(float code, int largest) {
      return (int) Math.max(0, Math.min(largest, Math.rint(code)));
    }
  }
}
