package dev.weft.privacy.secagg.shamir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.primitive.MaskGenerator;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suites;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShamirTest {
  private static final BigInteger PRIME = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);

  private static Coefficients coefficients(long seed) {
    byte[] key = ByteBuffer.allocate(32).putLong(seed).array();
    return new Coefficients(Suites.FS1.masks(), Secret.owning(key));
  }

  private static List<Share> shares(byte[] secret, int threshold, int[] indices, long seed) {
    byte[][] values =
        Shamir.split(Secret.owning(secret.clone()), threshold, indices, coefficients(seed));
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      shares.add(new Share(indices[i], Bytes.of(values[i])));
    }
    return shares;
  }

  @Property(tries = 300)
  void anySharesOfTheThresholdGiveTheSecret(
      @ForAll @Size(32) byte[] secret,
      @ForAll @IntRange(min = 1, max = 12) int threshold,
      @ForAll @IntRange(max = 5) int spare,
      @ForAll Random random) {
    int[] indices = random.ints(1, 10_001).distinct().limit(threshold + spare).toArray();
    List<Share> shares = shares(secret, threshold, indices, random.nextLong());
    Collections.shuffle(shares, random);
    assertThat(Shamir.join(shares.subList(0, threshold)).orElseThrow().bytes()).isEqualTo(secret);
    assertThat(shares).allMatch(share -> Shamir.isShare(share.value()));
    assertThat(shares).allMatch(share -> Shamir.agree(shares.subList(0, threshold), share));
  }

  /**
   * Of one limb, a prime number of values: with a share too few, each is as likely as any other.
   */
  @Property(tries = 100)
  void tooFewSharesFitAnySecret(
      @ForAll @Size(32) byte[] secret, @ForAll @Size(32) byte[] another, @ForAll long seed) {
    List<Share> some = shares(secret, 3, new int[] {1, 2, 3}, seed).subList(0, 2);
    // A polynomial of degree 2 through the two shares and the other secret at 0 exists for every
    // limb; its value at 3 completes them to that secret.
    long[] limbs = Limbs.of(another);
    ByteBuffer third = ByteBuffer.allocate(Shamir.SHARE_BYTES);
    for (int limb = 0; limb < Limbs.NUMBER; limb++) {
      BigInteger zero = BigInteger.valueOf(limbs[limb]);
      BigInteger one = element(some.get(0), limb);
      BigInteger two = element(some.get(1), limb);
      BigInteger value =
          zero.subtract(one.multiply(BigInteger.valueOf(3)))
              .add(two.multiply(BigInteger.valueOf(3)))
              .mod(PRIME);
      third.putLong(value.longValueExact());
    }
    List<Share> completed = new ArrayList<>(some);
    completed.add(new Share(3, Bytes.of(third.array())));
    assertThat(Shamir.join(completed).orElseThrow().bytes()).isEqualTo(another);
  }

  private static BigInteger element(Share share, int limb) {
    return BigInteger.valueOf(ByteBuffer.wrap(share.value().toArray()).getLong(limb * Long.BYTES));
  }

  /** privacy.md 1.2: limbs of 7, 7, 7, 7 and 4 bytes, shares of big-endian words. */
  @Test
  void aThresholdOfOneShowsTheLimbs() {
    byte[] secret = new byte[32];
    for (int i = 0; i < 32; i++) {
      secret[i] = (byte) (i + 1);
    }
    assertThat(
            HexFormat.of().formatHex(shares(secret, 1, new int[] {9}, 0).get(0).value().toArray()))
        .isEqualTo(
            "0001020304050607"
                + "0008090a0b0c0d0e"
                + "000f101112131415"
                + "00161718191a1b1c"
                + "000000001d1e1f20");
  }

  /** The coefficients are those of the keystream, limb by limb, evaluated by big integers. */
  @Test
  void sharesAreValuesOfThePolynomials() {
    byte[] secret = HexFormat.of().parseHex("ff".repeat(32));
    Share share = shares(secret, 4, new int[] {1, 2, 3, 9_999}, 77).get(3);
    Coefficients same = coefficients(77);
    long[] limbs = Limbs.of(secret);
    for (int limb = 0; limb < Limbs.NUMBER; limb++) {
      BigInteger value = BigInteger.valueOf(limbs[limb]);
      for (int power = 1; power < 4; power++) {
        BigInteger x = BigInteger.valueOf(9_999).pow(power);
        value = value.add(x.multiply(BigInteger.valueOf(same.next())));
      }
      assertThat(element(share, limb)).isEqualTo(value.mod(PRIME));
    }
  }

  @Test
  void otherNumbersOfSharesGiveAnotherSecretOrNone() {
    byte[] secret = new byte[32];
    List<Share> shares = shares(secret, 4, new int[] {1, 2, 3, 4, 5}, 1);
    assertThat(Shamir.join(shares.subList(0, 3)).map(Secret::bytes))
        .isNotEqualTo(Optional.of(secret));
    assertThat(Shamir.join(shares).orElseThrow().bytes()).isEqualTo(secret);
    List<Share> beyond = List.of(new Share(1, Bytes.of(filled((byte) 0x1f))));
    assertThat(Shamir.isShare(beyond.get(0).value())).isTrue();
    assertThat(Shamir.join(beyond)).isEmpty();
  }

  private static byte[] filled(byte one) {
    byte[] bytes = new byte[Shamir.SHARE_BYTES];
    Arrays.fill(bytes, one);
    return bytes;
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThat(Shamir.isShare(Bytes.of(new byte[39]))).isFalse();
    assertThat(Shamir.isShare(Bytes.of(filled((byte) 0xff)))).isFalse();
    byte[] prime = new byte[Shamir.SHARE_BYTES];
    ByteBuffer.wrap(prime).putLong(32, Field.PRIME);
    assertThat(Shamir.isShare(Bytes.of(prime))).isFalse();
    ByteBuffer.wrap(prime).putLong(32, Field.PRIME - 1);
    assertThat(Shamir.isShare(Bytes.of(prime))).isTrue();
    List<Share> twice = shares(new byte[32], 2, new int[] {1, 2}, 1);
    assertThatThrownBy(() -> Shamir.join(List.of(twice.get(0), twice.get(0))))
        .hasMessage("shares: two of site 1");
    assertThatThrownBy(() -> shares(new byte[32], 2, new int[] {0, 1}, 1))
        .hasMessage("index: must be at least 1, got 0");
    assertThatThrownBy(() -> shares(new byte[32], 3, new int[] {1, 2}, 1))
        .hasMessage("threshold: must be 1 to 2, got 3");
    assertThatThrownBy(() -> shares(new byte[32], 0, new int[] {1, 2}, 1))
        .hasMessage("threshold: must be 1 to 2, got 0");
    assertThatThrownBy(() -> shares(new byte[31], 1, new int[] {1, 2}, 1))
        .hasMessage("secret: 32 bytes needed, got 31");
  }

  @Property
  void theFieldIsThatOfBigIntegers(@ForAll long left, @ForAll long right) {
    long a = Math.floorMod(left, Field.PRIME);
    long b = Math.floorMod(right, Field.PRIME);
    check(a, b);
    for (long edge : new long[] {0, 1, 2, Field.PRIME - 1, Field.PRIME - 2, 1L << 60}) {
      check(a, edge);
      check(edge, b);
      check(edge, Field.PRIME - 1);
    }
  }

  private static void check(long a, long b) {
    BigInteger x = BigInteger.valueOf(a);
    BigInteger y = BigInteger.valueOf(b);
    assertThat(Field.add(a, b)).isEqualTo(x.add(y).mod(PRIME).longValueExact());
    assertThat(Field.subtract(a, b)).isEqualTo(x.subtract(y).mod(PRIME).longValueExact());
    assertThat(Field.multiply(a, b)).isEqualTo(x.multiply(y).mod(PRIME).longValueExact());
    if (a != 0) {
      assertThat(Field.inverse(a)).isEqualTo(x.modInverse(PRIME).longValueExact());
    }
    assertThat(Field.inverse(0)).isZero();
  }

  /** Words of keystream that are p after their cut are passed over, others taken in order. */
  @Test
  void coefficientsAreUniformBelowThePrime() {
    long[] words = {Field.PRIME, -1, 5, 1L << 61 | 6, Field.PRIME - 1};
    MaskGenerator fixed =
        (seed, chunk, from, out, length) -> {
          assertThat(from).isZero();
          ByteBuffer stream = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
          for (long word : words) {
            stream.putLong(word);
          }
          for (int i = words.length; i < length / 8; i++) {
            stream.putLong(1000 * (chunk + 1) + i);
          }
        };
    Coefficients coefficients = new Coefficients(fixed, Secret.owning(new byte[32]));
    assertThat(coefficients.next()).isEqualTo(5);
    assertThat(coefficients.next()).isEqualTo(6);
    assertThat(coefficients.next()).isEqualTo(Field.PRIME - 1);
    for (int i = words.length; i < 512; i++) {
      assertThat(coefficients.next()).isEqualTo(1000 + i);
    }
    assertThat(coefficients.next()).isEqualTo(5);
    for (int i = 0; i < 2; i++) {
      coefficients.next();
    }
    assertThat(coefficients.next()).isEqualTo(2005);
  }

  @Property(tries = 60)
  void wrongSharesAreFoundAndTheirSendersNamed(
      @ForAll @Size(32) byte[] secret,
      @ForAll @IntRange(min = 2, max = 9) int threshold,
      @ForAll @IntRange(min = 1, max = 3) int wrong,
      @ForAll Random random) {
    int[] indices = IntStream.rangeClosed(1, threshold + 2 * wrong).toArray();
    List<Share> shares = shares(secret, threshold, indices, random.nextLong());
    // The first ones are wrong, so that they are met at once; each in another limb, since two that
    // are wrong in one can cancel each other, and nobody is named then.
    int limb = random.nextInt(5);
    List<Integer> names = new ArrayList<>();
    for (int i = 0; i < wrong; i++) {
      byte[] changed = shares.get(i).value().toArray();
      changed[7 + 8 * ((limb + i) % 5)] ^= 1;
      shares.set(i, new Share(i + 1, Bytes.of(changed)));
      names.add(i + 1);
    }
    Optional<Recovery> found =
        Recovery.of(shares, threshold, one -> Arrays.equals(one.bytes(), secret));
    assertThat(found.orElseThrow().secret().bytes()).isEqualTo(secret);
    assertThat(found.orElseThrow().wrong()).isEqualTo(names);
    assertThat(
            Recovery.of(
                shares.subList(0, threshold), threshold, one -> Arrays.equals(one.bytes(), secret)))
        .isEmpty();
    assertThat(Recovery.of(shares.subList(2 * wrong + 1, shares.size()), threshold, one -> true))
        .isEmpty();
  }

  /** Whoever could be wrong is not named: of three shares where two are needed, one is wrong. */
  @Test
  void nobodyIsNamedWhereItCouldBeAnother() {
    byte[] secret = new byte[32];
    List<Share> shares = shares(secret, 2, new int[] {1, 2, 3}, 5);
    byte[] changed = shares.get(0).value().toArray();
    changed[7] ^= 1;
    shares.set(0, new Share(1, Bytes.of(changed)));
    Recovery found =
        Recovery.of(shares, 2, one -> Arrays.equals(one.bytes(), secret)).orElseThrow();
    assertThat(found.wrong()).isEmpty();
  }

  @Test
  void rightSharesNameNobody() {
    List<Share> shares = shares(new byte[32], 3, new int[] {2, 4, 6}, 5);
    Recovery found = Recovery.of(shares, 3, one -> true).orElseThrow();
    assertThat(found.wrong()).isEmpty();
    assertThat(found.secret().bytes()).isEqualTo(new byte[32]);
  }

  @Test
  void anErasedSeedGivesNoMore() {
    Secret seed = Secret.owning(new byte[] {1, 2, 3});
    new Coefficients(Suites.FS1.masks(), seed).erase();
    assertThat(seed.isErased()).isTrue();
    assertThatThrownBy(seed::bytes).hasMessage("a secret was used after it was erased");
  }
}
