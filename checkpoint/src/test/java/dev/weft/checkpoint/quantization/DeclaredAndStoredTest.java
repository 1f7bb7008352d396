package dev.weft.checkpoint.quantization;

import static dev.weft.checkpoint.quantization.Layers.halves;
import static dev.weft.checkpoint.quantization.Layers.numbers;
import static dev.weft.checkpoint.quantization.Layers.plain;
import static dev.weft.checkpoint.quantization.Layers.read;
import static dev.weft.checkpoint.quantization.Layers.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What quantization_config declares of a layer [32, 64] and how its arrays are must agree. */
class DeclaredAndStoredTest {
  private static final RawTensor PACKED = words("p.weight_packed", 4, 11, 1, 32, 8);
  private static final RawTensor SCALES = halves("p.weight_scale", 32, 2);

  /** Zeros are one apart in the two versions; a symmetric file tells which it is of. */
  @ParameterizedTest
  @CsvSource({
    "2, gptq, 1", "2, gptq, 2", "2, gptq_v2, 1", "2, gptq_v2, 2",
    "3, gptq, 3", "3, gptq, 4", "3, gptq_v2, 3", "3, gptq_v2, 4",
    "4, gptq, 7", "4, gptq, 8", "4, gptq_v2, 7", "4, gptq_v2, 8",
    "8, gptq, 127", "8, gptq, 128", "8, gptq_v2, 127", "8, gptq_v2, 128"
  })
  void aSymmetricGptqFileIsReadWhateverVersionItSaysItIs(int bits, String version, int zero) {
    for (String symmetric : List.of(",'sym':true", "")) {
      assertThat(gptq(bits, 32, version + "'" + symmetric, zero).decode().toArray())
          .hasSize(32 * 64)
          .containsOnly(0.5f * (3 - (1 << (bits - 1))));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 6", "4, 9", "2, 3", "3, 5", "8, 120"})
  void symmetricZerosThatAreNoneAreRefused(int bits, int zero) {
    refused(
        () -> gptq(bits, 32, "gptq','sym':true", zero),
        "p.qzeros holds zeros other than the symmetric");
  }

  @Test
  void anAsymmetricGptqFileIsOfTheVersionItSays() {
    for (String symmetric : List.of("','sym':false", "'")) {
      assertThat(first(gptq(4, 32, "gptq" + symmetric, 9))).isEqualTo(0.5f * (3 - 10));
      assertThat(first(gptq(4, 32, "gptq_v2" + symmetric, 9))).isEqualTo(0.5f * (3 - 9));
    }
    assertThat(first(gptq(4, 32, "gptq','sym':false", 8))).isEqualTo(0.5f * (3 - 9));
    assertThat(first(gptq(4, 32, "gptq','sym':false", 15))).isEqualTo(0.5f * 3);
  }

  @Test
  void anOrderOfColumnsThatIsDeclaredMustBeThere() {
    String ordered = "gptq','sym':true,'desc_act':true";

    refused(() -> gptq(4, 32, ordered, 7), "p.g_idx is missing, but quantization_config");
    assertThat(first(gptq(4, -1, ordered, 7))).as("one group needs no order").isEqualTo(-2.5f);
  }

  @Test
  void gptqGroupsAndBitsMustBeThoseOfTheArrays() {
    String config = "{'quant_method':'gptq','bits':%d,'group_size':%d,'sym':true}";
    RawTensor codes = words("p.qweight", 4, 3, 0, 8, 32);
    RawTensor zeros = words("p.qzeros", 4, 7, 1, 2, 4);

    refused(
        () -> read(Text.format(config, 4, 64), codes, zeros, halves("p.scales", 2, 32)),
        "p.qzeros has the shape [2, 4] where the model's configuration calls for [1, 4]");
    refused(
        () -> read(Text.format(config, 8, 32), codes, zeros, halves("p.scales", 2, 32)),
        "p.qweight has the shape [8, 32] where the model's configuration calls for [16, 32]");
  }

  @Test
  void awqWithoutZeroPointsHasOnlyTheMiddle() {
    String config = "{'quant_method':'awq','bits':4,'group_size':32,'zero_point':false}";
    RawTensor codes = words("p.qweight", 4, 3, 1, 64, 4);
    RawTensor scales = halves("p.scales", 2, 32);

    assertThat(read(config, codes, words("p.qzeros", 4, 8, 1, 2, 4), scales).decode().toArray())
        .containsOnly(-2.5f);
    refused(
        () -> read(config, codes, words("p.qzeros", 4, 7, 1, 2, 4), scales),
        "p.qzeros holds zeros other than 8, but quantization_config says zero_point false");
  }

  /** 320 columns are groups of 128, 128 and 64, not three of 107. */
  @Test
  void theLastGroupOfARowMayBeShorter() {
    float[] scales = {1, 2, 4, 1, 2, 4};
    float[] values =
        read(
                packed("'num_bits':4,'strategy':'group','group_size':128"),
                2,
                320,
                words("p.weight_packed", 4, 11, 1, 2, 40),
                new RawTensor(
                    "p.weight_scale", ElementType.F32, List.of(2, 3), Elements.of(scales).stored()))
            .decode()
            .toArray();

    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("value %d", i).isEqualTo(3 * scales[i % 320 / 128]);
    }
  }

  @Test
  void packedGroupsAndBitsMustBeThoseOfTheArrays() {
    assertThat(read(packed("'num_bits':4,'group_size':32"), PACKED, SCALES).decode().toArray())
        .containsOnly(1.5f);
    refused(
        () -> read(packed("'num_bits':4,'group_size':64"), PACKED, SCALES),
        "p.weight_scale has the shape [32, 2] where the model's configuration calls for [32, 1]");
    refused(
        () -> read(packed("'num_bits':4,'strategy':'channel'"), PACKED, SCALES),
        "p.weight_scale has the shape [32, 2] where the model's configuration calls for [32, 1]");
    refused(
        () -> read(packed("'num_bits':8,'group_size':32"), PACKED, SCALES),
        "p.weight_packed has the shape [32, 8] where the model's configuration calls for [32, 16]");
    refused(
        () -> read(packed("'num_bits':3,'group_size':32"), PACKED, SCALES),
        "holds packed integers of 3 bits");
    refused(
        () ->
            read(
                packed("'num_bits':4,'group_size':32"),
                PACKED,
                SCALES,
                numbers("p.weight_shape", 64, 32)),
        "p.weight_shape says [64, 32] where");
  }

  @Test
  void twoBitsArePackedSixteenToAWord() {
    assertThat(
            read(
                    packed("'num_bits':2,'group_size':32"),
                    words("p.weight_packed", 2, 3, 1, 32, 4),
                    SCALES,
                    numbers("p.weight_shape", 32, 64))
                .decode()
                .toArray())
        .containsOnly(0.5f);
  }

  @Test
  void zeroPointsAreThereIfAndOnlyIfTheyAreDeclared() {
    RawTensor zeros = words("p.weight_zero_point", 4, 9, 0, 4, 2);
    String symmetric = packed("'num_bits':4,'group_size':32");
    String asymmetric = packed("'num_bits':4,'group_size':32,'symmetric':false");

    assertThat(read(asymmetric, PACKED, SCALES, zeros).decode().toArray()).containsOnly(1f);
    refused(
        () -> read(symmetric, PACKED, SCALES, zeros),
        "p.weight_zero_point holds zero points, but quantization_config says symmetric true");
    refused(() -> read(asymmetric, PACKED, SCALES), "has no tensor p.weight_zero_point");
    assertThat(
            first(
                read(
                    symmetric,
                    PACKED,
                    SCALES,
                    plain("p.weight_zero_point", ElementType.I8, 0, 32, 2))))
        .as("zeros that are zero say nothing")
        .isEqualTo(1.5f);
  }

  @Test
  void anOrderThatIsDeclaredMustBeThereAndAnUnsetOneIsNone() {
    String ordered = packed("'num_bits':4,'group_size':32,'actorder':'group'");

    refused(() -> read(ordered, PACKED, SCALES), "p.weight_g_idx is missing, but");
    assertThat(
            first(read(ordered, PACKED, SCALES, plain("p.weight_g_idx", ElementType.I32, -1, 64))))
        .isEqualTo(1.5f);
    assertThat(
            first(read(packed("'num_bits':4,'group_size':32,'actorder':'weight'"), PACKED, SCALES)))
        .isEqualTo(1.5f);
  }

  /** A name counts before a pattern, a pattern before a class; what is ignored is not scaled. */
  @Test
  void theSchemeOfALayerIsTheMostPreciseThatNamesIt() {
    String others = "'b':{'targets':['re:q.*'],'weights':{'num_bits':8,'group_size':64}}";
    String right = "{'num_bits':4,'group_size':32}";
    String byClass = "'a':{'targets':['Linear'],'weights':{'num_bits':8,'group_size':16}}";

    for (String targets : List.of("['p']", "['re:p$']", "['re:.*']")) {
      assertThat(
              read(
                      groups(
                          "%s,%s,'c':{'targets':%s,'weights':%s}", byClass, others, targets, right),
                      PACKED,
                      SCALES)
                  .scheme())
          .isEqualTo("packed-int4-g32");
    }
    refused(
        () -> read(groups("%s", others), PACKED, SCALES),
        "p.weight_scale scales a layer that quantization_config has no config_groups for");
    refused(
        () ->
            read(
                groups("'a':{'targets':['Linear'],'weights':%s}},'ignore':['re:p'],'x':{", right),
                PACKED,
                SCALES),
        "p.weight_scale scales a layer that quantization_config ignores");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'strategy':'tensor' | 1",
        "'strategy':'channel' | 32 1",
        "'strategy':'channel' | 32",
        "'strategy':'group','group_size':16 | 32 4",
        "'group_size':64 | 32 1",
        "'group_size':-1 | 32 1",
        "'strategy':'block','block_structure':[16,32] | 2 2",
        "'strategy':'block','block_structure':'16x32' | 2 2"
      })
  void float8AndInt8WithEveryStrategy(String strategy, String shape) {
    Integer[] scaleShape =
        Arrays.stream(shape.split(" ")).map(Integer::valueOf).toArray(Integer[]::new);
    RawTensor scales = halves("p.weight_scale", scaleShape);
    RawTensor int8 = plain("p.weight", ElementType.I8, 3, 32, 64);
    RawTensor float8 = plain("p.weight", ElementType.F8_E4M3, 0x38, 32, 64);

    assertThat(read(typed("int", strategy), int8, scales).decode().toArray()).containsOnly(1.5f);
    assertThat(read(typed("float", strategy), float8, scales).decode().toArray())
        .containsOnly(0.5f);
    refused(
        () -> read(typed("float", strategy), int8, scales),
        "p.weight holds I8 where [F8_E4M3, F8_E5M2] is needed");
    refused(
        () -> read(typed("int", strategy), int8, halves("p.weight_scale", 31, 3)),
        "p.weight_scale has the shape [31, 3] where the model's configuration calls for");
  }

  @Test
  void hqqLayersRepeatWhatIsDeclared() {
    String config =
        "{'quant_method':'hqq','quant_config':{'weight_quant_params':{'nbits':4,'group_size':64,"
            + "'axis':1}}}";
    List<RawTensor> layer =
        List.of(
            plain("p.W_q", ElementType.U8, 0x33, 16, 64),
            halves("p.scale", 32, 1),
            halves("p.zero", 32, 1),
            numbers("p.nbits", 4),
            numbers("p.group_size", 64),
            numbers("p.axis", 1),
            numbers("p.shape", 32, 64),
            plain("p.view_as_float", ElementType.BOOL, 0, 1),
            plain("p.packing", ElementType.U8, 0x34, 9));

    assertThat(read(config, layer.toArray(RawTensor[]::new)).decode().toArray())
        .containsOnly(0.5f * (3 - 0.5f));
    for (RawTensor lie :
        List.of(
            numbers("p.nbits", 2),
            numbers("p.group_size", 32),
            numbers("p.axis", 0),
            numbers("p.shape", 64, 32),
            plain("p.view_as_float", ElementType.BOOL, 1, 1))) {
      List<RawTensor> lying = new ArrayList<>(layer);
      lying.removeIf(tensor -> tensor.name().equals(lie.name()));
      lying.add(lie);
      refused(
          () -> read(config, lying.toArray(RawTensor[]::new)), "tensor " + lie.name() + " says ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.bits", "p.qweight.scale", "p.weight_scale", "p.weight.absmax"})
  void anArrayThatTheFormatDoesNotKnowIsRefused(String name) {
    refused(
        () ->
            read(
                "{'quant_method':'gptq','bits':4,'group_size':32,'sym':true}",
                words("p.qweight", 4, 3, 0, 8, 32),
                words("p.qzeros", 4, 7, 1, 2, 4),
                halves("p.scales", 2, 32),
                plain("p.bias", ElementType.F16, 0, 32),
                plain(name, ElementType.F32, 0, 4)),
        "tensor " + name + " would be left out");
  }

  /** A layer whose codes and zeros are the same everywhere. */
  private static StoredMatrix gptq(int bits, int group, String version, int zero) {
    int groups = group > 0 ? 64 / group : 1;
    return read(
        Text.format(
            "{'quant_method':'gptq','bits':%d,'group_size':%d,'checkpoint_format':'%s}",
            bits, group, version.contains("'") ? version : version + "'"),
        words("p.qweight", bits, 3, 0, 64 * bits / 32, 32),
        words("p.qzeros", bits, zero, 1, groups, 32 * bits / 32),
        halves("p.scales", groups, 32));
  }

  private static float first(StoredMatrix matrix) {
    return matrix.decode().at(0);
  }

  private static String packed(String weights) {
    return groups("'a':{'targets':['Linear'],'weights':{'type':'int',%s}}", weights);
  }

  private static String typed(String type, String weights) {
    return groups(
        "'a':{'targets':['Linear'],'weights':{'num_bits':8,'type':'%s',%s}}", type, weights);
  }

  @FormatMethod
  private static String groups(@FormatString String groups, Object... arguments) {
    return "{'quant_method':'compressed-tensors','format':'mixed-precision','config_groups':{"
        + Text.format(groups, arguments)
        + "}}";
  }

  private static void refused(ThrowingCallable opening, String sentence) {
    assertThatThrownBy(opening)
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith("memory: ")
        .hasMessageContaining(sentence);
  }
}
