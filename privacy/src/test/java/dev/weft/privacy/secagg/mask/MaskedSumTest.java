package dev.weft.privacy.secagg.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.secagg.Lanes;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedSumTest {
  private static final int LARGE = (1 << 20) + 100;

  private static Secret seed(long number) {
    return Secret.owning(ByteBuffer.allocate(32).putLong(number).array());
  }

  private static RingVector random(int bits, int size, long seed) {
    return RingVector.of(bits, new Random(seed).longs(size).toArray());
  }

  /** Word by word from the generator, with nothing of the class under test. */
  private static long word(Suite suite, Secret seed, int bits, int place) {
    int bytes = bits > 32 ? 8 : 4;
    byte[] stream = new byte[64];
    long at = (long) (place % (1 << 20)) * bytes;
    suite.masks().generate(seed, place / (1 << 20), (int) (at / 64 * 64), stream, 64);
    ByteBuffer words = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    int within = (int) (at % 64);
    return bytes == 8 ? words.getLong(within) : words.getInt(within);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 31, 32, 33, 48, 62})
  void everyIntegerGetsTheWordOfItsPlace(int bits) {
    for (Suite suite : List.of(Suites.FS1, Suites.FS1_CHACHA20)) {
      RingVector vector = random(bits, LARGE, 1);
      Secret plus = seed(1);
      Secret minus = seed(2);
      RingVector masked =
          new MaskedSum(
                  List.of(vector), List.of(new Mask(plus, false), new Mask(minus, true)), suite)
              .whole(Lanes.ONE);
      for (int place :
          new int[] {0, 1, 15, 16, 8191, 32767, 32768, 99_999, (1 << 20) - 1, 1 << 20, LARGE - 1}) {
        long expected =
            vector.at(place) + word(suite, plus, bits, place) - word(suite, minus, bits, place);
        assertThat(masked.at(place)).isEqualTo(RingVector.of(bits, expected).at(0));
      }
    }
  }

  @Property(tries = 40)
  void masksAndTheirOppositesLeaveTheSum(
      @ForAll @IntRange(min = 1, max = 62) int bits, @ForAll Random random) {
    int size = 1 + random.nextInt(70_000);
    List<RingSource> vectors = List.of(random(bits, size, 1), random(bits, size, 2));
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      masks.add(new Mask(seed(random.nextLong()), random.nextBoolean()));
    }
    List<Mask> opposites = masks.stream().map(Mask::opposite).toList();
    RingVector masked = new MaskedSum(vectors, masks, Suites.FS1).whole(Lanes.ONE);
    RingVector plain = new MaskedSum(vectors, List.of(), Suites.FS1).whole(Lanes.ONE);
    assertThat(new MaskedSum(List.of(masked), opposites, Suites.FS1).whole(Lanes.ONE))
        .isEqualTo(plain);
    for (int place : new int[] {0, size / 2, size - 1}) {
      long sum = ((RingVector) vectors.get(0)).at(place) + ((RingVector) vectors.get(1)).at(place);
      assertThat(plain.at(place)).isEqualTo(RingVector.of(bits, sum).at(0));
    }
  }

  @Property(tries = 40)
  void anyPartIsThatPartOfTheWholeOnAnyNumberOfThreads(@ForAll Random random) {
    int size = 150_000;
    MaskedSum sum =
        new MaskedSum(List.of(random(40, size, 1)), List.of(new Mask(seed(5), true)), Suites.FS1);
    RingVector whole =
        sum.whole((pieces, work) -> IntStream.range(0, pieces).parallel().forEach(work));
    int from = random.nextInt(size);
    int length = random.nextInt(size - from + 1);
    assertThat(sum.range(from, length)).isEqualTo(whole.range(from, length));
    assertThat(sum.bits()).isEqualTo(40);
    assertThat(sum.size()).isEqualTo(size);
  }

  /**
   * Bytes of masks are as likely as any: chi-square with 255 degrees of freedom below 371, which
   * true randomness exceeds once in 10^6 runs; the seeds are fixed, so it never flickers.
   */
  @ParameterizedTest
  @ValueSource(strings = {"FS1", "FS1-CHACHA20"})
  void masksLookLikeNothing(String name) {
    Suite suite =
        Suites.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    int size = 1 << 18;
    RingVector zeros = RingVector.of(32, new long[size]);
    RingVector masked =
        new MaskedSum(List.of(zeros), List.of(new Mask(seed(99), false)), suite).whole(Lanes.ONE);
    for (int shift = 0; shift < 32; shift += 8) {
      int[] counts = new int[256];
      for (int i = 0; i < size; i++) {
        counts[(int) (masked.at(i) >>> shift) & 0xFF]++;
      }
      double expected = size / 256.0;
      double chi = 0;
      for (int count : counts) {
        chi += (count - expected) * (count - expected) / expected;
      }
      assertThat(chi).isBetween(160.0, 371.0);
    }
  }

  @Test
  void erasedMasksGiveNothing() {
    MaskedSum sum =
        new MaskedSum(List.of(random(32, 10, 1)), List.of(new Mask(seed(5), true)), Suites.FS1);
    sum.erase();
    assertThatThrownBy(() -> sum.range(0, 1)).hasMessageContaining("erased");
    assertThat(sum).hasToString("sum of 1 vectors and 1 masks");
  }

  @Test
  void vectorsAreOfOneForm() {
    assertThatThrownBy(
            () ->
                new MaskedSum(List.of(random(32, 10, 1), random(32, 9, 1)), List.of(), Suites.FS1))
        .hasMessage("vectors: 9 integers of 32 bits beside 10 of 32");
    assertThatThrownBy(
            () ->
                new MaskedSum(List.of(random(32, 10, 1), random(33, 10, 1)), List.of(), Suites.FS1))
        .hasMessage("vectors: 10 integers of 33 bits beside 10 of 32");
  }

  @Property(tries = 50)
  void aDigestIsOfEveryInteger(
      @ForAll @IntRange(min = 1, max = 62) int bits, @ForAll Random random) {
    int size = 1 + random.nextInt(20_000);
    long[] values = random.longs(size).toArray();
    RingVector vector = RingVector.of(bits, values);
    assertThat(RingDigest.of(RingVector.of(bits, values.clone()))).isEqualTo(RingDigest.of(vector));
    values[random.nextInt(size)] ^= 1L << random.nextInt(bits);
    assertThat(RingDigest.of(RingVector.of(bits, values))).isNotEqualTo(RingDigest.of(vector));
  }
}
