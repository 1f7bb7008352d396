package dev.weft.core.random;

import dev.weft.core.Digest;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A reproducible source of randomness with a name: the run seed, narrowed by what it is for. Two
 * seeds with different paths draw independent numbers; nothing depends on who draws first.
 *
 * <p>For initialisation, partitions, shuffling and simulated sampling only. Cryptographic and
 * differential-privacy noise never comes from here.
 */
public record Seed(long value) {

  /**
   * The seed for one purpose, such as {@code seed.of("shuffle", client, round)}. A step counts by
   * its text, so use names, numbers and enum constants.
   */
  public Seed of(Object... path) {
    Digest.Builder digest = Digest.builder().add(Long.toString(value));
    for (Object step : path) {
      digest.add(step.toString());
    }
    return new Seed(
        ByteBuffer.wrap(HexFormat.of().parseHex(digest.build().hex().substring(0, 16))).getLong());
  }

  /** A fresh generator at its first number. */
  public SeededRandom random() {
    return new SeededRandom(this);
  }
}
