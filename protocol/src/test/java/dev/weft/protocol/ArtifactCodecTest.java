package dev.weft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.protocol.ArtifactRef.Role;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ArtifactCodecTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 6, 5), new AdapterTarget.Layer("value", 8, 7)),
          new AdapterTarget.Head(3, 8));

  @Property
  void everyPartComesBackAsItWas(@ForAll @IntRange(min = 1, max = 5) int rank, @ForAll Part part) {
    Adapter adapter = random(ChainAdapter.fullCore(rank, 1), rank);
    Role role = new Role.AdapterPart(part);

    ByteString bytes = ArtifactCodec.encode(role, rank, adapter.part(part));

    assertThat((long) bytes.size()).isEqualTo(ArtifactCodec.bytes(adapter.part(part)));
    assertThat(ArtifactCodec.decode(bytes, role, adapter.form(), TARGET))
        .isEqualTo(adapter.part(part));
  }

  @Property
  void sideDeltasComeBackWhateverTheirRank(@ForAll @IntRange(min = 1, max = 40) int rank) {
    SeededRandom random = new Seed(rank).random();
    SideDelta delta =
        new SideDelta(
            4,
            TARGET.layers().stream()
                .map(
                    layer ->
                        new LowRank(
                            random(random, layer.out(), rank), random(random, rank, layer.in())))
                .toList());
    Role role = new Role.LogEntry(4);

    ByteString bytes = ArtifactCodec.encode(role, rank, delta.tensors(TARGET));

    TensorMap decoded = ArtifactCodec.decode(bytes, role, ChainAdapter.lora(2, 1), TARGET);
    assertThat(SideDelta.of(4, TARGET, decoded)).isEqualTo(delta);
  }

  @Property
  void bytesOfAnyKindAreAnArtifactOrRefused(@ForAll @Size(max = 200) byte[] noise) {
    refusedOrEqual(ByteString.fromArray(noise), new Role.AdapterPart(Part.A));
  }

  @Property
  void oneChangedHeaderByteIsRefused(
      @ForAll @IntRange(max = Header.BYTES - 1) int position,
      @ForAll @IntRange(min = 1, max = 255) int change,
      @ForAll boolean sideDelta) {
    Role role = sideDelta ? new Role.LogEntry(0) : new Role.AdapterPart(Part.A);
    byte[] bytes = encodedPairs(role).toArray();
    bytes[position] ^= (byte) change;

    assertThatThrownBy(
            () ->
                ArtifactCodec.decode(
                    ByteString.fromArray(bytes), role, ChainAdapter.lora(2, 1), TARGET))
        .isInstanceOf(WeftException.class);
  }

  @Property
  void aTruncatedArtifactIsRefused(@ForAll @IntRange(max = 150) int length) {
    Role role = new Role.LogEntry(0);

    assertThatThrownBy(
            () ->
                ArtifactCodec.decode(
                    encodedPairs(role).take(length), role, ChainAdapter.lora(2, 1), TARGET))
        .isInstanceOfSatisfying(
            WeftException.class,
            problem -> assertThat(problem.problem()).isEqualTo(Problem.WRONG_REFERENCE));
  }

  @Test
  void theHeadHasTheSameBytesAtEveryRank() {
    Role head = new Role.AdapterPart(Part.HEAD);
    Adapter large = random(ChainAdapter.lora(5, 1), 1);

    assertThat(ArtifactCodec.encode(head, 2, large.truncate(2).part(Part.HEAD)))
        .isEqualTo(ArtifactCodec.encode(head, 5, large.part(Part.HEAD)));
  }

  @Test
  void anotherRankThanAgreedIsRefused() {
    Role role = new Role.AdapterPart(Part.B);
    ByteString bytes =
        ArtifactCodec.encode(role, 3, random(ChainAdapter.lora(3, 1), 1).part(Part.B));

    assertThatThrownBy(() -> ArtifactCodec.decode(bytes, role, ChainAdapter.lora(2, 1), TARGET))
        .hasMessageContaining("part B")
        .hasMessageContaining("rank 3")
        .hasMessageContaining("of rank 2 were agreed");
  }

  private static void refusedOrEqual(ByteString bytes, Role role) {
    try {
      TensorMap decoded = ArtifactCodec.decode(bytes, role, ChainAdapter.lora(2, 1), TARGET);
      assertThat(ArtifactCodec.encode(role, 2, decoded)).isEqualTo(bytes);
    } catch (WeftException refused) {
      assertThat(refused.problem()).isEqualTo(Problem.WRONG_REFERENCE);
    }
  }

  /** A pair of factors per layer at rank 2 and, as long as it is read so, part A of that rank. */
  private static ByteString encodedPairs(Role role) {
    Adapter adapter = random(ChainAdapter.lora(2, 1), 7);
    return role instanceof Role.LogEntry
        ? ArtifactCodec.encode(
            role, 2, adapter.tensors().filter(name -> Part.of(name) != Part.HEAD))
        : ArtifactCodec.encode(role, 2, adapter.part(Part.A));
  }

  private static Adapter random(ChainAdapter form, long seed) {
    SeededRandom random = new Seed(seed).random();
    TensorMap tensors =
        form.zeros(TARGET).map((name, tensor) -> random(random, tensor.shapeArray()));
    return new Adapter(form, TARGET, tensors);
  }

  private static Tensor random(SeededRandom random, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}
