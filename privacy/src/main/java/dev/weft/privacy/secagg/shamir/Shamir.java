package dev.weft.privacy.secagg.shamir;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.Secret;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shamir's sharing of 32-byte secrets over GF(2^61 − 1) (privacy.md 1.2): each of {@value
 * Limbs#NUMBER} limbs is the value at 0 of a polynomial of degree threshold − 1, and the share of a
 * site is the values at its roster index.
 */
public final class Shamir {
  /** Five elements of eight bytes, big-endian. */
  public static final int SHARE_BYTES = Limbs.NUMBER * Long.BYTES;

  private static final int SECRET_BYTES = 32;

  private Shamir() {}

  /**
   * Shares for some sites, in their order.
   *
   * @param threshold how many shares give the secret
   * @param indices of the sites, from 1
   */
  public static byte[][] split(
      Secret secret, int threshold, int[] indices, Coefficients coefficients) {
    if (secret.size() != SECRET_BYTES) {
      throw new IllegalArgumentException(
          Text.format("secret: %d bytes needed, got %d", SECRET_BYTES, secret.size()));
    }
    if (threshold < 1 || threshold > indices.length) {
      throw new IllegalArgumentException(
          Text.format("threshold: must be 1 to %d, got %d", indices.length, threshold));
    }
    long[] limbs = Limbs.of(secret.bytes());
    long[] polynomial = new long[threshold];
    byte[][] shares = new byte[indices.length][SHARE_BYTES];
    for (int limb = 0; limb < Limbs.NUMBER; limb++) {
      polynomial[0] = limbs[limb];
      for (int i = 1; i < threshold; i++) {
        polynomial[i] = coefficients.next();
      }
      for (int site = 0; site < indices.length; site++) {
        ByteBuffer.wrap(shares[site])
            .putLong(limb * Long.BYTES, valueAt(requireIndex(indices[site]), polynomial));
      }
    }
    Arrays.fill(limbs, 0);
    Arrays.fill(polynomial, 0);
    return shares;
  }

  private static long valueAt(long x, long[] polynomial) {
    long value = 0;
    for (int i = polynomial.length - 1; i >= 0; i--) {
      value = Field.add(Field.multiply(value, x), polynomial[i]);
    }
    return value;
  }

  /** Whether these bytes can be a share: elements of the field. */
  public static boolean isShare(Bytes share) {
    if (share.size() != SHARE_BYTES) {
      return false;
    }
    for (long element : elements(share)) {
      if (!Field.contains(element)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The secret in these shares, if there is one: any other number of shares than the threshold of
   * {@link #split} gives another secret or none.
   */
  public static Optional<Secret> join(List<Share> shares) {
    long[] weights = weights(shares, 0);
    long[] limbs = new long[Limbs.NUMBER];
    for (int i = 0; i < weights.length; i++) {
      addTo(limbs, weights[i], shares.get(i));
    }
    byte[] secret = new byte[SECRET_BYTES];
    boolean whole = Limbs.join(limbs, secret);
    Arrays.fill(limbs, 0);
    return whole ? Optional.of(Secret.owning(secret)) : Optional.empty();
  }

  /** Whether another share lies on the polynomials of these. */
  static boolean agree(List<Share> shares, Share other) {
    long[] weights = weights(shares, other.index());
    long[] value = new long[Limbs.NUMBER];
    for (int i = 0; i < weights.length; i++) {
      addTo(value, weights[i], shares.get(i));
    }
    return Arrays.equals(value, elements(other.value()));
  }

  private static void addTo(long[] sums, long weight, Share share) {
    long[] elements = elements(share.value());
    for (int limb = 0; limb < Limbs.NUMBER; limb++) {
      sums[limb] = Field.add(sums[limb], Field.multiply(weight, elements[limb]));
    }
  }

  /** Lagrange's: what the value of each share counts for the value at x. */
  private static long[] weights(List<Share> shares, long x) {
    Set<Integer> seen = new HashSet<>();
    long[] weights = new long[shares.size()];
    for (int i = 0; i < weights.length; i++) {
      int own = requireIndex(shares.get(i).index());
      if (!seen.add(own)) {
        throw new IllegalArgumentException("shares: two of site " + own);
      }
      long above = 1;
      long below = 1;
      for (Share share : shares) {
        if (share.index() != own) {
          above = Field.multiply(above, Field.subtract(share.index(), x));
          below = Field.multiply(below, Field.subtract(share.index(), own));
        }
      }
      weights[i] = Field.multiply(above, Field.inverse(below));
    }
    return weights;
  }

  private static int requireIndex(int index) {
    if (index < 1) {
      throw new IllegalArgumentException("index: must be at least 1, got " + index);
    }
    return index;
  }

  private static long[] elements(Bytes share) {
    long[] elements = new long[Limbs.NUMBER];
    ByteBuffer.wrap(share.toArray()).asLongBuffer().get(elements);
    return elements;
  }
}
