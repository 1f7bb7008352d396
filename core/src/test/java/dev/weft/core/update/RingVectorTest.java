package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.core.artifact.Written;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingVectorTest {

  @Property
  void decodeIsTheInverseOfEncode(
      @ForAll long[] values, @ForAll @IntRange(min = 1, max = 62) int bits) {
    RingVector vector = RingVector.of(bits, values);
    byte[] bytes = encoded(vector);
    assertThat(bytes).hasSize((values.length * bits + 7) / 8);
    assertThat(decoded(bytes, bits, values.length)).isEqualTo(vector);
  }

  /** The bytes are one little-endian number whose digits are the residues. */
  @Property
  void bitsLieAsInOneLargeNumber(
      @ForAll long[] values, @ForAll @IntRange(min = 1, max = 62) int bits) {
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < values.length; i++) {
      BigInteger residue = BigInteger.valueOf(values[i]).mod(BigInteger.TWO.pow(bits));
      expected = expected.add(residue.shiftLeft(i * bits));
    }
    byte[] bytes = encoded(RingVector.of(bits, values));
    byte[] bigEndian = new byte[bytes.length + 1];
    for (int i = 0; i < bytes.length; i++) {
      bigEndian[bytes.length - i] = bytes[i];
    }
    assertThat(new BigInteger(bigEndian)).isEqualTo(expected);
  }

  @Property
  void integersAreTheNearestToZeroOfTheirClass(
      @ForAll long value, @ForAll @IntRange(min = 1, max = 62) int bits) {
    BigInteger at = BigInteger.valueOf(RingVector.of(bits, value).at(0));
    BigInteger half = BigInteger.TWO.pow(bits - 1);
    assertThat(at).isBetween(half.negate(), half.subtract(BigInteger.ONE));
    assertThat(at.subtract(BigInteger.valueOf(value)).mod(half.shiftLeft(1))).isZero();
  }

  @Test
  void tenBitsLieBesideEachOther() {
    assertThat(encoded(RingVector.of(10, 1, -1, 2)))
        .containsExactly(0b00000001, 0b11111100, 0b00101111, 0b00000000);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void anotherNumberOfBytesIsRefused(int length) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(new byte[length], 10, 3))
        .matches(error -> error.problem() == Problem.MALFORMED_UPDATE)
        .withMessage(
            "update of another length than the 4 bytes that 3 integers of 10 bits take; send all of"
                + " it");
  }

  @Test
  void whatFillsTheLastByteIsZero() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(new byte[] {0, 0, 0, 0x40}, 10, 3))
        .matches(error -> error.problem() == Problem.MALFORMED_UPDATE)
        .withMessage("update: its last byte is not filled with zeros");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63})
  void widthsThatLongsCannotSumAreRefused(int bits) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RingVector.of(bits, 1))
        .withMessage("bits: must be between 1 and 62, got " + bits);
  }

  @Test
  void laterWritesToTheSourceDoNotShow() {
    long[] values = {1};
    RingVector vector = RingVector.of(8, values);
    values[0] = 2;
    assertThat(vector.at(0)).isEqualTo(1);
    assertThat(vector).isNotEqualTo(RingVector.of(9, 1)).hasToString("RingVector[1 of 8 bits]");
  }

  @Test
  void aClientUpdateNeedsANameARankAndAWeight() {
    RingVector values = RingVector.of(8, LongStream.of(5, 1).toArray());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate(" ", 1, values))
        .withMessageStartingWith("client:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate("a", 0, values))
        .withMessageStartingWith("rank:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate("a", 1, RingVector.of(8)))
        .withMessageStartingWith("values:");
    assertThat(new ClientUpdate("a", 1, values).examples()).isEqualTo(1);
    assertThat(new ClientUpdate("a", 1, values).entries()).isEqualTo(1);
  }

  private static byte[] encoded(RingVector vector) {
    byte[] bytes = Written.bytes(vector::writeTo);
    assertThat(bytes).hasSize((int) RingVector.bytes(vector.bits(), vector.size()));
    return bytes;
  }

  private static RingVector decoded(byte[] bytes, int bits, int size) {
    try {
      RingVector.check(new ByteArrayInputStream(bytes), bits, size);
      return RingVector.readPart(new ByteArrayInputStream(bytes), 0, bits, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
