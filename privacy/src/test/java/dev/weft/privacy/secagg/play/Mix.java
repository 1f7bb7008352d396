package dev.weft.privacy.secagg.play;

import java.nio.ByteBuffer;

/** Mixes bytes into 64 bits; no hash that anyone could rely on. */
final class Mix {
  private Mix() {}

  static long of(long start, byte[] bytes) {
    long state = next(start + bytes.length);
    ByteBuffer words = ByteBuffer.wrap(bytes);
    while (words.remaining() >= Long.BYTES) {
      state = next(state ^ words.getLong()) + state;
    }
    while (words.hasRemaining()) {
      state = next(state ^ (words.get() & 0xFF)) + state;
    }
    return next(state);
  }

  /** SplitMix64's finaliser. */
  static long next(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
