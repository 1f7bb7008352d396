package dev.weft.privacy.secagg.shamir;

import dev.weft.privacy.secagg.primitive.MaskGenerator;
import dev.weft.privacy.secagg.primitive.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Uniform field elements of a seed: 61 bits of keystream each, and another where they are p. */
public final class Coefficients {
  private static final int BUFFER_BYTES = 1 << 12;

  private final MaskGenerator generator;
  private final Secret seed;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteBuffer words = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
  private int chunk;

  /**
   * @param seed for the coefficients of one site in one session
   */
  public Coefficients(MaskGenerator generator, Secret seed) {
    this.generator = generator;
    this.seed = seed;
    words.limit(0);
  }

  long next() {
    while (true) {
      if (!words.hasRemaining()) {
        generator.generate(seed, chunk++, 0, buffer, BUFFER_BYTES);
        words.clear();
      }
      long element = words.getLong() & Field.PRIME;
      if (element != Field.PRIME) {
        return element;
      }
    }
  }

  /** Overwrites what was not used; nothing can be drawn afterwards. */
  public void erase() {
    Arrays.fill(buffer, (byte) 0);
    seed.erase();
  }
}
