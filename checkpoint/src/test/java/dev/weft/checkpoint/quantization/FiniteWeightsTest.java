package dev.weft.checkpoint.quantization;

import static dev.weft.checkpoint.quantization.Layers.plain;
import static dev.weft.checkpoint.quantization.Layers.read;
import static dev.weft.checkpoint.quantization.Layers.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No number that is not finite gets past the reading of a layer, wherever its format has it. */
class FiniteWeightsTest {
  private static final String CHANNELS =
      "{'quant_method':'compressed-tensors','format':'%s','config_groups':{'group_0':{'targets':"
          + "['Linear'],'weights':{'num_bits':8,'type':'%s','strategy':'tensor'}}}}";

  /** Eight bytes are looked at together, whose borders are where a mistake would be. */
  @Property(tries = 300)
  void theFirstIsFoundAmongAnyNumbers(@ForAll float[] values, @ForAll @IntRange(max = 3) int kind) {
    ElementType type =
        List.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.F8_E5M2).get(kind);
    ByteBuffer bytes = Memory.bytes((long) type.blockBytes() * values.length);
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      switch (type.blockBytes()) {
        case Float.BYTES -> bytes.putInt(Float.BYTES * i, bits);
        case Short.BYTES -> bytes.putShort(Short.BYTES * i, (short) (bits >>> 16));
        default -> bytes.put(i, (byte) (bits >>> 24));
      }
    }
    Elements elements = new Elements(type, bytes);
    int first = 0;
    while (first < values.length && Float.isFinite(elements.at(first))) {
      first++;
    }

    assertThat(elements.firstNotFinite().orElse(values.length)).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 7F800000",
    "F32, FFC00000",
    "F16, 7C00",
    "F16, FE01",
    "BF16, 7F80",
    "BF16, FFFF"
  })
  void everyPlaceIsLookedAt(ElementType type, String bits) {
    for (int place = 0; place < 15; place++) {
      ByteBuffer bytes = Memory.bytes(15L * type.blockBytes());
      assertThat(new Elements(type, bytes).firstNotFinite()).isEmpty();

      int value = Integer.parseUnsignedInt(bits, 16);
      if (type == ElementType.F32) {
        bytes.putInt(Float.BYTES * place, value);
      } else {
        bytes.putShort(Short.BYTES * place, (short) value);
      }
      assertThat(new Elements(type, bytes).firstNotFinite()).hasValue(place);
    }
  }

  @Test
  void scalesAndCodesAreNamedWithTheirPlace() {
    ByteBuffer scales = Memory.bytes(Short.BYTES * 2 * 32);
    scales.putShort(Short.BYTES * 35, (short) 0x7C00);

    refused(
        () ->
            read(
                "{'quant_method':'gptq','bits':4,'group_size':32,'sym':true}",
                words("p.qweight", 4, 3, 0, 8, 32),
                words("p.qzeros", 4, 7, 1, 2, 4),
                new RawTensor("p.scales", ElementType.F16, List.of(2, 32), scales)),
        "p.scales holds Infinity at [1, 3]");
    refused(
        () ->
            read(
                Text.format(CHANNELS, "float-quantized", "float"),
                plain("p.weight", ElementType.F8_E4M3, 0x7F, 32, 64),
                scale(1)),
        "p.weight holds NaN at [0, 0]");
    refused(
        () ->
            read(
                "{'quant_method':'bitsandbytes'}",
                plain("p.weight", ElementType.I8, 3, 32, 64),
                plain("p.SCB", ElementType.F32, 0xFF, 32)),
        "p.SCB holds NaN at [0]");
  }

  /** A finite scale can still take a finite code beyond float32. */
  @Test
  void productsBeyondFloat32AreRefused() {
    refused(
        () ->
            read(
                Text.format(CHANNELS, "int-quantized", "int"),
                plain("p.weight", ElementType.I8, 3, 32, 64),
                scale(3e38f)),
        "p.weight holds Infinity at [0, 0]");
  }

  /** One scale of the last block, of every type of GGUF files. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"
      })
  void everyScaleOfABlockIsLookedAt(ElementType type) {
    for (int scale : GgmlBlocks.scales(type)) {
      ByteBuffer blocks = Memory.bytes(type.bytes(List.of(3, 512)));
      assertThat(table(type, blocks).firstNotFinite()).isEmpty();

      blocks.putShort(blocks.capacity() - type.blockBytes() + scale, (short) 0xFE00);
      refused(
          () -> table(type, blocks),
          Text.format("p.weight holds NaN at [2, %d]", 512 - type.blockValues()));
    }
  }

  @ParameterizedTest
  @CsvSource({"255, NaN", "254, Infinity"})
  void powersOfTwoBeyondFloat32AreRefused(int exponent, String what) {
    ByteBuffer blocks = Memory.bytes(ElementType.MXFP4.bytes(List.of(3, 512)));
    blocks.put(17, (byte) exponent);
    blocks.put(18, (byte) 0x07);

    refused(() -> table(ElementType.MXFP4, blocks), "p.weight holds " + what + " at [0, 32]");
  }

  private static RawTensor scale(float value) {
    return new RawTensor(
        "p.weight_scale", ElementType.F32, List.of(1), Elements.of(value).stored());
  }

  private static StoredMatrix table(ElementType type, ByteBuffer blocks) {
    return QuantizedCheckpoint.of(
            MemoryCheckpoint.of(new RawTensor("p.weight", type, List.of(3, 512), blocks)),
            Optional.empty())
        .table("p.weight", 3, 512);
  }

  private static void refused(ThrowingCallable opening, String sentence) {
    assertThatThrownBy(opening)
        .isInstanceOfSatisfying(
            WeftException.class,
            refused -> assertThat(refused.problem()).isEqualTo(Problem.NON_FINITE_WEIGHT))
        .hasMessageStartingWith("memory: tensor ")
        .hasMessageContaining(sentence);
  }
}
