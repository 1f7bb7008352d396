package dev.weft.privacy.secagg.play;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.MaskGenerator;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Primitives that keep no secret and cost next to nothing, for playing thousands of sessions: a
 * Diffie-Hellman of 61 bits, and mixing in place of hashing. Changed bytes are noticed as with the
 * real ones.
 */
final class CheapSuite implements Suite {
  private static final long PRIME = (1L << 61) - 1;

  @Override
  public String name() {
    return "CHEAP";
  }

  @Override
  public Bytes publicKey(Secret own) {
    return key(power(3, exponent(own)));
  }

  private static Bytes key(long element) {
    return Bytes.of(ByteBuffer.allocate(KEY_BYTES).putLong(element).array());
  }

  @Override
  public Optional<Secret> agree(Secret own, Bytes other) {
    long element = ByteBuffer.wrap(other.toArray()).getLong();
    return element == 0
        ? Optional.empty()
        : Optional.of(Secret.owning(key(power(element & PRIME, exponent(own))).toArray()));
  }

  private static long exponent(Secret own) {
    return Mix.of(1, own.bytes()) >>> 3;
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long square = base % PRIME;
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      if ((rest & 1) == 1) {
        result = multiply(result, square);
      }
      square = multiply(square, square);
    }
    return result;
  }

  private static long multiply(long left, long right) {
    long high = (Math.multiplyHigh(left, right) << 3) | ((left * right) >>> 61);
    long sum = (left * right & PRIME) + high;
    return sum >= PRIME ? sum - PRIME : sum;
  }

  @Override
  public Secret derive(byte[] material, byte[] salt, byte[] info) {
    ByteBuffer derived = ByteBuffer.allocate(KEY_BYTES);
    for (int lane = 0; lane < KEY_BYTES / Long.BYTES; lane++) {
      derived.putLong(Mix.of(Mix.of(Mix.of(lane, material), salt), info));
    }
    return Secret.owning(derived.array());
  }

  @Override
  public byte[] seal(Secret key, byte[] about, byte[] text) {
    byte[] sealed = Arrays.copyOf(text, text.length + TAG_BYTES);
    crypt(key, sealed, text.length);
    ByteBuffer.wrap(sealed).putLong(text.length, tag(key, about, sealed, text.length));
    return sealed;
  }

  @Override
  public Optional<byte[]> open(Secret key, byte[] about, byte[] sealed) {
    int length = sealed.length - TAG_BYTES;
    ByteBuffer tag = ByteBuffer.wrap(sealed, length, TAG_BYTES);
    if (tag.getLong() != tag(key, about, sealed, length) || tag.getLong() != 0) {
      return Optional.empty();
    }
    byte[] text = Arrays.copyOf(sealed, length);
    crypt(key, text, length);
    return Optional.of(text);
  }

  private static long tag(Secret key, byte[] about, byte[] sealed, int length) {
    return Mix.of(Mix.of(Mix.of(7, key.bytes()), about), Arrays.copyOf(sealed, length));
  }

  private static void crypt(Secret key, byte[] text, int length) {
    long state = Mix.of(5, key.bytes());
    for (int i = 0; i < length; i++) {
      text[i] ^= (byte) Mix.next(state + i);
    }
  }

  @Override
  public MaskGenerator masks() {
    return (seed, chunk, from, out, length) -> {
      long state = Mix.next(Mix.of(3, seed.bytes()) + chunk);
      ByteBuffer words = ByteBuffer.wrap(out);
      for (int i = 0; i < length; i += Integer.BYTES) {
        words.putInt(i, (int) Mix.next(state + from + i));
      }
    };
  }

  @Override
  public Optional<Kem> kem() {
    return Optional.empty();
  }
}
