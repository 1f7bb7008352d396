package dev.weft.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Header;
import dev.weft.core.artifact.Written;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.tensor.TensorMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PieceCodecTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 6, 5), new AdapterTarget.Layer("value", 8, 7)),
          new AdapterTarget.Head(3, 8));
  private static final ChainAdapter PAIR = ChainAdapter.lora(2, 1);
  private static final Role A = new Role.AdapterPart(Part.A);

  @Property
  void everyPartComesBackAsItWas(@ForAll @IntRange(min = 1, max = 5) int rank, @ForAll Part part) {
    Adapter adapter = random(ChainAdapter.fullCore(rank, 1), rank);

    byte[] bytes = Written.bytes(PieceCodec.part(adapter, part));

    assertThat((long) bytes.length)
        .isEqualTo(Header.BYTES + Float.BYTES * adapter.part(part).elements());
    assertThat(read(bytes, new Role.AdapterPart(part), adapter.form()))
        .isEqualTo(adapter.part(part));
  }

  @Property
  void sideDeltasComeBackWhateverTheirRank(@ForAll @IntRange(min = 1, max = 40) int rank) {
    SideDelta delta = delta(rank);

    TensorMap read =
        read(Written.bytes(PieceCodec.sideDelta(delta, TARGET)), new Role.LogEntry(4), PAIR);

    assertThat(SideDelta.of(4, TARGET, read)).isEqualTo(delta);
  }

  @Property
  void bytesOfAnyKindAreAPieceOrRefused(@ForAll @Size(max = 200) byte[] noise) {
    try {
      TensorMap read = read(noise, A, PAIR);
      assertThat(Written.bytes(PieceCodec.part(Adapter.zeros(PAIR, TARGET).with(read), Part.A)))
          .isEqualTo(noise);
    } catch (WeftException refused) {
      assertThat(refused.problem()).isEqualTo(Problem.WRONG_REFERENCE);
    }
  }

  @Property
  void oneChangedHeaderByteIsRefused(
      @ForAll @IntRange(max = Header.BYTES - 1) int position,
      @ForAll @IntRange(min = 1, max = 255) int change,
      @ForAll boolean sideDelta) {
    byte[] bytes = piece(sideDelta);
    bytes[position] ^= (byte) change;

    assertRefused(bytes, sideDelta);
  }

  @Property
  void aPieceCutOrPaddedIsRefused(@ForAll @IntRange(max = 300) int length) {
    for (boolean sideDelta : new boolean[] {true, false}) {
      byte[] bytes = piece(sideDelta);
      if (length != bytes.length) {
        assertRefused(Arrays.copyOf(bytes, length), sideDelta);
      }
    }
  }

  @Test
  void theHeadHasTheSameBytesAtEveryRank() {
    Adapter large = random(ChainAdapter.lora(5, 1), 1);

    assertThat(Written.bytes(PieceCodec.part(large.truncate(2), Part.HEAD)))
        .isEqualTo(Written.bytes(PieceCodec.part(large, Part.HEAD)));
  }

  @Test
  void anotherRankThanAgreedIsRefused() {
    byte[] bytes = Written.bytes(PieceCodec.part(random(ChainAdapter.lora(3, 1), 1), Part.B));

    assertThatThrownBy(() -> read(bytes, new Role.AdapterPart(Part.B), PAIR))
        .hasMessageContaining("part B")
        .hasMessageContaining("rank 3")
        .hasMessageContaining("of rank 2 were agreed");
  }

  private static void assertRefused(byte[] bytes, boolean sideDelta) {
    assertThatThrownBy(() -> read(bytes, sideDelta ? new Role.LogEntry(4) : A, PAIR))
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.WRONG_REFERENCE));
  }

  private static byte[] piece(boolean sideDelta) {
    return Written.bytes(
        sideDelta
            ? PieceCodec.sideDelta(delta(2), TARGET)
            : PieceCodec.part(random(PAIR, 7), Part.A));
  }

  private static SideDelta delta(int rank) {
    SeededRandom random = new Seed(rank).random();
    return new SideDelta(
        4,
        TARGET.layers().stream()
            .map(
                layer ->
                    new LowRank(
                        RandomTensor.of(random, layer.out(), rank),
                        RandomTensor.of(random, rank, layer.in())))
            .toList());
  }

  private static TensorMap read(byte[] bytes, Role role, AdapterForm form) {
    try {
      return PieceCodec.read(new ByteArrayInputStream(bytes), role, form, TARGET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Adapter random(ChainAdapter form, long seed) {
    SeededRandom random = new Seed(seed).random();
    TensorMap tensors =
        form.zeros(TARGET).map((name, tensor) -> RandomTensor.of(random, tensor.shapeArray()));
    return new Adapter(form, TARGET, tensors);
  }
}
