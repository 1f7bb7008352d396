package dev.weft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.RingVector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class UpdateCodecTest {

  @Property
  void updatesComeBackAsTheyWere(
      @ForAll @Size(min = 1, max = 300) long[] values,
      @ForAll @IntRange(min = 1, max = 62) int bits,
      @ForAll @IntRange(min = 1, max = 65536) int rank) {
    RingVector update = RingVector.of(bits, values);

    ByteString bytes = UpdateCodec.encode(rank, update);

    assertThat(UpdateCodec.decode(bytes, rank, bits, values.length - 1)).isEqualTo(update);
  }

  @Test
  void overheadIsBelowOnePercentOfTenThousandScalars() {
    int payload = 10_000 * 39 / Byte.SIZE;

    int encoded = UpdateCodec.encode(64, RingVector.of(39, new long[10_000])).size();

    assertThat(encoded - payload).isPositive().isLessThan(payload / 100);
  }

  @Property
  void noiseIsRefused(@ForAll @Size(max = 100) byte[] noise) {
    assertRefused(ByteString.fromArray(noise), 1, 39, 4);
  }

  @Property
  void anUpdateCutOrPaddedIsRefused(@ForAll @IntRange(max = 60) int length) {
    ByteString whole = UpdateCodec.encode(2, RingVector.of(39, 1, 2, 3, 4, 5));
    ByteString padded = whole.concat(ByteString.fromArray(new byte[30]));

    if (length != whole.size()) {
      assertRefused(padded.take(length), 2, 39, 4);
    }
  }

  @Test
  void anotherRankWidthOrLengthThanAgreedIsRefused() {
    ByteString update = UpdateCodec.encode(2, RingVector.of(39, 1, 2, 3));

    assertRefused(update, 3, 39, 2);
    assertRefused(update, 2, 39, 3);
    assertRefused(update, 2, 38, 2);
  }

  private static void assertRefused(ByteString bytes, int rank, int bits, long entries) {
    assertThatThrownBy(() -> UpdateCodec.decode(bytes, rank, bits, entries))
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
  }
}
