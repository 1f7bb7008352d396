package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.tensor.Float16;
import java.util.Optional;

/**
 * ggml's blocks of 32 values (quantization.md F4): a float16 scale d, some a float16 minimum m, and
 * codes q of which the first sixteen sit in the low nibbles and the others in the high ones.
 */
final class GgmlBlocks {
  /** q - 8 for the 16 codes of Q4_0. */
  private static final float[] CENTRED = codes(-8, 16);

  /** The 16 codes of Q4_1. */
  private static final float[] COUNTING = codes(0, 16);

  /** q - 16 for the 32 codes of Q5_0. */
  private static final float[] CENTRED_5 = codes(-16, 32);

  /** The 32 codes of Q5_1. */
  private static final float[] COUNTING_5 = codes(0, 32);

  /** The non-linear table of IQ4_NL. */
  private static final float[] NON_LINEAR = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private static final float[] E2M1 = SmallFloats.e2m1();

  private GgmlBlocks() {}

  /** Decodes the blocks of whole rows. */
  @FunctionalInterface
  interface Decoder {

    /**
     * @param blocks nothing but whole blocks
     * @param at where in {@code values} the first goes
     */
    void decode(byte[] blocks, float[] values, int at);
  }

  /** How blocks of this type are decoded; empty if it is no block type. */
  static Optional<Decoder> decoder(ElementType type) {
    return switch (type) {
      case Q4_0 -> Optional.of((blocks, values, at) -> scaled(CENTRED, blocks, values, at));
      case IQ4_NL -> Optional.of((blocks, values, at) -> scaled(NON_LINEAR, blocks, values, at));
      case Q4_1 -> Optional.of(GgmlBlocks::q4WithMinimum);
      case Q5_0 -> Optional.of(GgmlBlocks::q5);
      case Q5_1 -> Optional.of(GgmlBlocks::q5WithMinimum);
      case Q8_0 -> Optional.of(GgmlBlocks::q8);
      case MXFP4 -> Optional.of(GgmlBlocks::mxfp4);
      case Q2_K -> Optional.of(KQuants::q2);
      case Q3_K -> Optional.of(KQuants::q3);
      case Q4_K -> Optional.of(KQuants::q4);
      case Q5_K -> Optional.of(KQuants::q5);
      case Q6_K -> Optional.of(KQuants::q6);
      default -> Optional.empty();
    };
  }

  /** Where in a block of this type its scales are: a power of two for MXFP4, else float16. */
  static int[] scales(ElementType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      default -> new int[] {0};
    };
  }

  /** Whether the largest code times this power of two is within float32: 6 * 2^125 is. */
  static boolean isBoundedPower(byte exponent) {
    return (exponent & 0xFF) <= 0xFC;
  }

  /** d * table[q]. */
  private static void scaled(float[] table, byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 18, at += 32) {
      nibbles(table, half(blocks, block), blocks, block + 2, values, at);
    }
  }

  private static void mxfp4(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 17, at += 32) {
      nibbles(E2M1, SmallFloats.powerOfTwo(blocks[block]), blocks, block + 1, values, at);
    }
  }

  private static void nibbles(
      float[] table, float d, byte[] blocks, int codes, float[] values, int at) {
    for (int j = 0; j < 16; j++) {
      int pair = blocks[codes + j];
      values[at + j] = d * table[pair & 0xF];
      values[at + 16 + j] = d * table[pair >> 4 & 0xF];
    }
  }

  private static void q4WithMinimum(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 20, at += 32) {
      float d = half(blocks, block);
      float m = half(blocks, block + 2);
      for (int j = 0; j < 16; j++) {
        int pair = blocks[block + 4 + j];
        values[at + j] = d * COUNTING[pair & 0xF] + m;
        values[at + 16 + j] = d * COUNTING[pair >> 4 & 0xF] + m;
      }
    }
  }

  private static void q5(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 22, at += 32) {
      float d = half(blocks, block);
      int fifth = word(blocks, block + 2);
      for (int j = 0; j < 16; j++) {
        int pair = blocks[block + 6 + j];
        int high = fifth >> j;
        values[at + j] = d * CENTRED_5[(pair & 0xF) | (high << 4 & 0x10)];
        values[at + 16 + j] = d * CENTRED_5[(pair >> 4 & 0xF) | (high >> 12 & 0x10)];
      }
    }
  }

  private static void q5WithMinimum(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 24, at += 32) {
      float d = half(blocks, block);
      float m = half(blocks, block + 2);
      int fifth = word(blocks, block + 4);
      for (int j = 0; j < 16; j++) {
        int pair = blocks[block + 8 + j];
        int high = fifth >> j;
        values[at + j] = d * COUNTING_5[(pair & 0xF) | (high << 4 & 0x10)] + m;
        values[at + 16 + j] = d * COUNTING_5[(pair >> 4 & 0xF) | (high >> 12 & 0x10)] + m;
      }
    }
  }

  private static void q8(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 34, at += 32) {
      float d = half(blocks, block);
      for (int j = 0; j < 32; j++) {
        values[at + j] = d * blocks[block + 2 + j];
      }
    }
  }

  static float half(byte[] bytes, int at) {
    return Float16.toFloat((short) ((bytes[at] & 0xFF) | (bytes[at + 1] << 8)));
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | ((bytes[at + 1] & 0xFF) << 8)
        | ((bytes[at + 2] & 0xFF) << 16)
        | (bytes[at + 3] << 24);
  }

  private static float[] codes(int first, int count) {
    float[] values = new float[count];
    for (int code = 0; code < count; code++) {
      values[code] = first + code;
    }
    return values;
  }
}
