package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.artifact.Written;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UpdateCodecTest {

  @Property
  void updatesComeBackAsTheyWere(
      @ForAll @Size(min = 1, max = 300) long[] values,
      @ForAll @IntRange(min = 1, max = 62) int bits,
      @ForAll @IntRange(min = 1, max = 65536) int rank) {
    RingVector update = RingVector.of(bits, values);

    byte[] bytes = Written.bytes(UpdateCodec.content(rank, update));

    assertThat(bytes).hasSize(Math.toIntExact(UpdateCodec.bytes(bits, values.length - 1)));
    assertThat(read(bytes, rank, bits, values.length - 1)).isEqualTo(update);
  }

  @Property
  void anyPartIsReadAgain(
      @ForAll @Size(min = 1, max = 300) long[] values,
      @ForAll @IntRange(min = 1, max = 62) int bits,
      @ForAll @IntRange(max = 300) int first,
      @ForAll @IntRange(max = 300) int length) {
    RingVector update = RingVector.of(bits, values);
    byte[] bytes = Written.bytes(UpdateCodec.content(1, update));
    int from = Math.min(first, values.length);
    int size = Math.min(length, values.length - from);

    RingVector part =
        UpdateCodec.source(
                at -> new ByteArrayInputStream(bytes, (int) at, bytes.length - (int) at),
                bits,
                values.length - 1)
            .range(from, size);

    assertThat(part).isEqualTo(RingVector.of(bits, Arrays.copyOfRange(values, from, from + size)));
  }

  @Test
  void aPartThatIsGoneIsNamed() {
    RingSource source = UpdateCodec.source(at -> InputStream.nullInputStream(), 39, 3);
    assertThatThrownBy(() -> source.range(0, 1))
        .hasMessage("update: cannot be read again: fewer bytes than integers")
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.BAD_ARTIFACT));
  }

  @Test
  void overheadIsBelowOnePercentOfTenThousandScalars() {
    int payload = 10_000 * 39 / Byte.SIZE;

    int encoded =
        Written.bytes(UpdateCodec.content(64, RingVector.of(39, new long[10_000]))).length;

    assertThat(encoded - payload).isPositive().isLessThan(payload / 100);
  }

  @Property
  void noiseIsRefused(@ForAll @Size(max = 100) byte[] noise) {
    assertRefused(noise, 1, 39, 4);
  }

  @Property
  void anUpdateCutOrPaddedIsRefused(@ForAll @IntRange(max = 60) int length) {
    byte[] whole = Written.bytes(UpdateCodec.content(2, RingVector.of(39, 1, 2, 3, 4, 5)));

    if (length != whole.length) {
      assertRefused(Arrays.copyOf(whole, length), 2, 39, 4);
    }
  }

  @Test
  void anotherRankWidthOrLengthThanAgreedIsRefused() {
    byte[] update = Written.bytes(UpdateCodec.content(2, RingVector.of(39, 1, 2, 3)));

    assertRefused(update, 3, 39, 2);
    assertRefused(update, 2, 39, 3);
    assertRefused(update, 2, 38, 2);
  }

  private static void assertRefused(byte[] bytes, int rank, int bits, long entries) {
    assertThatThrownBy(() -> read(bytes, rank, bits, entries))
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.MALFORMED_UPDATE));
  }

  private static RingVector read(byte[] bytes, int rank, int bits, long entries) {
    try {
      UpdateCodec.check(new ByteArrayInputStream(bytes), rank, bits, entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return UpdateCodec.source(
            at -> new ByteArrayInputStream(bytes, (int) at, bytes.length - (int) at), bits, entries)
        .range(0, (int) entries + 1);
  }
}
