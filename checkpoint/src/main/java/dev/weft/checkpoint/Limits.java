package dev.weft.checkpoint;

/**
 * The largest dimensions a model's description may announce: ten times and more what the largest
 * public models have, and small enough that no product of two overflows 64 bits.
 */
final class Limits {
  static final int LAYERS = 4096;
  static final int HIDDEN = 1 << 20;
  static final int HEADS = 1 << 14;
  static final int HEAD_WIDTH = 1 << 14;
  static final int FEED_FORWARD = 1 << 22;
  static final int VOCABULARY = 1 << 24;
  static final int POSITIONS = 1 << 26;

  private Limits() {}
}
