package dev.weft.checkpoint.quantization;

import static dev.weft.checkpoint.quantization.GgmlBlocks.half;

/**
 * ggml's super-blocks of 256 values (quantization.md F5): float16 scales d, some with a float16 for
 * minima, times small integers per group of 16 or 32 values. Where a byte holds codes of several
 * groups, 32 values apart, all of them are decoded from one load.
 */
final class KQuants {

  private KQuants() {}

  /** 2-bit codes, four to a byte; a nibble of scale and one of minimum per 16 values. */
  static void q2(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 84, at += 256) {
      float d = half(blocks, block + 80);
      float dmin = half(blocks, block + 82);
      for (int group = 0; group < 16; group++) {
        int packed = blocks[block + group];
        float scale = d * (packed & 0xF);
        float minimum = dmin * (packed >> 4 & 0xF);
        int codes = block + 16 + 32 * (group / 8) + 16 * (group % 2);
        int shift = 2 * (group % 8 / 2);
        for (int l = 0; l < 16; l++) {
          values[at + 16 * group + l] = scale * (blocks[codes + l] >> shift & 3) - minimum;
        }
      }
    }
  }

  /** 3-bit codes, four to a byte, their highest bits apart; sixteen signed 6-bit scales. */
  static void q3(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 110, at += 256) {
      float d = half(blocks, block + 108);
      for (int part = 0; part < 4; part++) {
        int first = firstGroup(part);
        float scale0 = d * threeBitScale(blocks, block + 96, first);
        float scale1 = d * threeBitScale(blocks, block + 96, first + 2);
        float scale2 = d * threeBitScale(blocks, block + 96, first + 4);
        float scale3 = d * threeBitScale(blocks, block + 96, first + 6);
        int codes = block + 32 + 16 * part;
        int highs = block + 16 * (part % 2);
        int highShift = 4 * (part / 2);
        int to = at + 16 * first;
        for (int l = 0; l < 16; l++) {
          int code = blocks[codes + l];
          int high = blocks[highs + l] >> highShift;
          values[to + l] = scale0 * (((code & 3) | (high << 2 & 4)) - 4);
          values[to + 32 + l] = scale1 * (((code >> 2 & 3) | (high << 1 & 4)) - 4);
          values[to + 64 + l] = scale2 * (((code >> 4 & 3) | (high & 4)) - 4);
          values[to + 96 + l] = scale3 * (((code >> 6 & 3) | (high >> 1 & 4)) - 4);
        }
      }
    }
  }

  /** 4-bit codes, two to a byte; a 6-bit scale and minimum per 32 values. */
  static void q4(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 144, at += 256) {
      float d = half(blocks, block);
      float dmin = half(blocks, block + 2);
      for (int group = 0; group < 8; group += 2) {
        float scale0 = d * sixBitScale(blocks, block + 4, group);
        float scale1 = d * sixBitScale(blocks, block + 4, group + 1);
        float minimum0 = dmin * sixBitMinimum(blocks, block + 4, group);
        float minimum1 = dmin * sixBitMinimum(blocks, block + 4, group + 1);
        int codes = block + 16 + 16 * group;
        int to = at + 32 * group;
        for (int l = 0; l < 32; l++) {
          int code = blocks[codes + l];
          values[to + l] = scale0 * (code & 0xF) - minimum0;
          values[to + 32 + l] = scale1 * (code >> 4 & 0xF) - minimum1;
        }
      }
    }
  }

  /** As {@link #q4} with the fifth bits of all groups in 32 more bytes. */
  static void q5(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 176, at += 256) {
      float d = half(blocks, block);
      float dmin = half(blocks, block + 2);
      for (int group = 0; group < 8; group += 2) {
        float scale0 = d * sixBitScale(blocks, block + 4, group);
        float scale1 = d * sixBitScale(blocks, block + 4, group + 1);
        float minimum0 = dmin * sixBitMinimum(blocks, block + 4, group);
        float minimum1 = dmin * sixBitMinimum(blocks, block + 4, group + 1);
        int codes = block + 48 + 16 * group;
        int highs = block + 16;
        int to = at + 32 * group;
        for (int l = 0; l < 32; l++) {
          int code = blocks[codes + l];
          int high = blocks[highs + l] >> group;
          values[to + l] = scale0 * ((code & 0xF) | (high << 4 & 0x10)) - minimum0;
          values[to + 32 + l] = scale1 * ((code >> 4 & 0xF) | (high << 3 & 0x10)) - minimum1;
        }
      }
    }
  }

  /** 6-bit codes, their upper two bits apart; sixteen signed 8-bit scales. */
  static void q6(byte[] blocks, float[] values, int at) {
    for (int block = 0; block < blocks.length; block += 210, at += 256) {
      float d = half(blocks, block + 208);
      for (int part = 0; part < 4; part++) {
        int first = firstGroup(part);
        float scale0 = d * blocks[block + 192 + first];
        float scale1 = d * blocks[block + 194 + first];
        float scale2 = d * blocks[block + 196 + first];
        float scale3 = d * blocks[block + 198 + first];
        int lows = block + 64 * (part / 2) + 16 * (part % 2);
        int highs = block + 128 + 16 * part;
        int to = at + 16 * first;
        for (int l = 0; l < 16; l++) {
          int low = blocks[lows + l];
          int later = blocks[lows + 32 + l];
          int high = blocks[highs + l];
          values[to + l] = scale0 * (((low & 0xF) | (high << 4 & 0x30)) - 32);
          values[to + 32 + l] = scale1 * (((later & 0xF) | (high << 2 & 0x30)) - 32);
          values[to + 64 + l] = scale2 * (((low >> 4 & 0xF) | (high & 0x30)) - 32);
          values[to + 96 + l] = scale3 * (((later >> 4 & 0xF) | (high >> 2 & 0x30)) - 32);
        }
      }
    }
  }

  /**
   * The first of the four groups of 16 values that share bytes, the others being two further each:
   * a super-block has two halves of 128 values, a run of 32 values has two groups.
   */
  private static int firstGroup(int part) {
    return 8 * (part / 2) + part % 2;
  }

  /** Low nibbles of sixteen scales in eight bytes, their high bits in four more; centred on 0. */
  private static int threeBitScale(byte[] blocks, int scales, int group) {
    int low = blocks[scales + group % 8] >> (4 * (group / 8)) & 0xF;
    int high = blocks[scales + 8 + group % 4] >> (2 * (group / 4)) & 3;
    return (low | (high << 4)) - 32;
  }

  private static int sixBitScale(byte[] blocks, int scales, int group) {
    return group < 4
        ? blocks[scales + group] & 0x3F
        : (blocks[scales + group + 4] & 0xF) | ((blocks[scales + group - 4] >> 6 & 3) << 4);
  }

  private static int sixBitMinimum(byte[] blocks, int scales, int group) {
    return group < 4
        ? blocks[scales + group + 4] & 0x3F
        : (blocks[scales + group + 4] >> 4 & 0xF) | ((blocks[scales + group] >> 6 & 3) << 4);
  }
}
