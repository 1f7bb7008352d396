package dev.weft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.IntVector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class UpdateCodecTest {

  @Property
  void updatesComeBackAsTheyWere(
      @ForAll @Size(max = 300) int[] values, @ForAll @IntRange(min = 1, max = 65536) int rank) {
    IntVector update = IntVector.of(values);

    ByteString bytes = UpdateCodec.encode(rank, update);

    assertThat(UpdateCodec.decode(bytes, rank, values.length)).isEqualTo(update);
  }

  @Test
  void overheadIsBelowOnePercentOfTenThousandScalars() {
    int payload = Integer.BYTES * 10_000;

    int encoded = UpdateCodec.encode(64, IntVector.of(new int[10_000])).size();

    assertThat(encoded - payload).isPositive().isLessThan(payload / 100);
  }

  @Property
  void noiseIsRefused(@ForAll @Size(max = 100) byte[] noise) {
    assertRefused(ByteString.fromArray(noise), 1, 4);
  }

  @Property
  void anUpdateCutOrPaddedIsRefused(@ForAll @IntRange(max = 60) int length) {
    ByteString whole = UpdateCodec.encode(2, IntVector.of(1, 2, 3, 4, 5));
    ByteString padded = whole.concat(ByteString.fromArray(new byte[30]));

    if (length != whole.size()) {
      assertRefused(padded.take(length), 2, 5);
    }
  }

  @Test
  void anotherRankOrLengthThanAgreedIsRefused() {
    ByteString update = UpdateCodec.encode(2, IntVector.of(1, 2, 3));

    assertRefused(update, 3, 3);
    assertRefused(update, 2, 4);
  }

  private static void assertRefused(ByteString bytes, int rank, long elements) {
    assertThatThrownBy(() -> UpdateCodec.decode(bytes, rank, elements))
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
  }
}
