package dev.weft.privacy.secagg.graph;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * An order of numbers from a seed: Fisher and Yates', driven by the words of {@code SHA-256(seed ‖
 * u32 i)}.
 */
final class Shuffle {
  private final MessageDigest sha256 = Digest.sha256();
  private final byte[] seed;
  private ByteBuffer words = ByteBuffer.allocate(0);
  private int number;

  private Shuffle(byte[] seed) {
    this.seed = seed;
  }

  /** The numbers from 1 to {@code last}. */
  static int[] of(int last, byte[] seed) {
    Shuffle random = new Shuffle(seed);
    int[] order = new int[last];
    for (int i = 0; i < last; i++) {
      order[i] = i + 1;
    }
    for (int i = last - 1; i > 0; i--) {
      int other = random.below(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
    return order;
  }

  /** Uniform: words beyond the last whole multiple of the bound are passed over. */
  private int below(int bound) {
    long words = 1L << Integer.SIZE;
    while (true) {
      long word = next();
      if (word < words - words % bound) {
        return (int) (word % bound);
      }
    }
  }

  private long next() {
    if (!words.hasRemaining()) {
      sha256.update(seed);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number++));
      words = ByteBuffer.wrap(sha256.digest());
    }
    return Integer.toUnsignedLong(words.getInt());
  }
}
