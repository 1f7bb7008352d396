package dev.weft.checkpoint.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizedCheckpointTest {
  private static final String GPTQ = "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32}";
  private static final String AWQ = "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":32}";
  private static final String BNB = "{\"quant_method\":\"bitsandbytes\"}";
  private static final String CT =
      "{'quant_method':'compressed-tensors','format':'pack-quantized','config_groups':{'group_0':"
          + "{'targets':['Linear'],'weights':{'num_bits':4,'type':'int','strategy':'group',"
          + "'group_size':32}}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'quant_method':'aqlm'} | quant_method \"aqlm\"; Weft supports",
        "{} | quant_method \"\"; Weft supports",
        "{'quant_method':'gptq','bits':5} | quantization_config.bits 5; Weft supports 2, 3, 4 and"
            + " 8",
        "{'quant_method':'gptq','bits':4,'checkpoint_format':'marlin'} | repacked as \"marlin\"",
        "{'quant_method':'gptq','bits':4,'is_marlin_format':true} | repacked as \"marlin\"",
        "{'quant_method':'awq','bits':4,'version':'gemv'} | AWQ weights of version \"gemv\"",
        "{'quant_method':'awq','bits':3} | with 3 bits; Weft supports",
        "{'quant_method':'compressed-tensors','format':'marlin-24'} | format \"marlin-24\"",
        "{'quant_method':'compressed-tensors','format':'nvfp4-pack-quantized'} | format \"nvfp4",
        "{'quant_method':'fp8','weight_block_size':[0,128]} | weight blocks of [0,128]",
        "{'quant_method':'hqq','quant_config':{'weight_quant_params':{'nbits':4,'group_size':64,"
            + "'axis':0}}} | axis 0; Weft supports 1, 2, 4 or 8 bits, groups and axis 1",
        "{'quant_method':'compressed-tensors','transform_config':{'config_groups':{'R1':{}}}} |"
            + " a transform_config; Weft supports weights that are not rotated",
        "{'quant_method':'compressed-tensors','config_groups':{'group_0':{'weights':"
            + "{'strategy':'token'}}}} | the strategy token",
        "{'quant_method':'compressed-tensors','ignore':['re:(']} | patterns without errors"
      })
  void formatsThatCannotBeReadAreRefusedAtOnce(String config, String sentence) {
    assertThatThrownBy(() -> open(config))
        .isInstanceOfSatisfying(
            WeftException.class,
            refused -> assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_MODEL))
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(sentence);
  }

  @Test
  void planesOfAnotherShapeOrTypeAreRefused() {
    RawTensor codes = int32("p.qweight", 8, 16);
    RawTensor zeros = int32("p.qzeros", 2, 2);
    RawTensor scales = tensor("p.scales", ElementType.F16, 2, 16);

    assertThat(open(GPTQ, codes, zeros, scales).linear("p", 16, 64).scheme())
        .isEqualTo("gptq-int4-g32");
    assertRefused(GPTQ, "tensor p.qweight has the shape [7, 16]", int32("p.qweight", 7, 16));
    assertRefused(GPTQ, "has no tensor p.qzeros", codes);
    assertRefused(GPTQ, "tensor p.qzeros has the shape [2, 16]", codes, int32("p.qzeros", 2, 16));
    assertRefused(
        GPTQ, "tensor p.scales holds I8", codes, zeros, tensor("p.scales", ElementType.I8, 2, 16));
    assertRefused(
        GPTQ,
        "p.g_idx puts column 5 into group 2 of 2",
        codes,
        zeros,
        scales,
        columnFiveIn("p.g_idx", 2));
    assertRefused(
        GPTQ,
        "p.g_idx puts column 5 into group -1 of 2",
        codes,
        zeros,
        scales,
        columnFiveIn("p.g_idx", -1));
    assertRefused(AWQ, "tensor p.qweight has the shape [8, 16]", codes);
    assertRefused(
        CT, "tensor p.weight_packed has the shape [16, 9]", int32("p.weight_packed", 16, 9));
    assertRefused(
        CT,
        "tensor p.weight_scale has the shape [15, 2]",
        int32("p.weight_packed", 16, 8),
        tensor("p.weight_scale", ElementType.F16, 15, 2));
  }

  @Test
  void bitsandbytesStatesAreChecked() {
    RawTensor codes = tensor("p.weight", ElementType.U8, 512, 1);
    RawTensor map = tensor("p.weight.quant_map", ElementType.F32, 16);
    RawTensor absmax = tensor("p.weight.absmax", ElementType.F32, 16);
    String good = "{\"blocksize\":64,\"shape\":[16,64]}";

    assertThat(open(BNB, codes, map, absmax, state(good)).linear("p", 16, 64).scheme())
        .isEqualTo("nf4");
    assertRefused(BNB, "is no JSON object", codes, map, absmax, state("{\"blocksize"));
    assertRefused(BNB, "says its shape is [64,16]", state("{\"blocksize\":64,\"shape\":[64,16]}"));
    assertRefused(
        BNB,
        "has blocksize 0; a power of two",
        codes,
        state("{\"blocksize\":0,\"shape\":[16,64]}"));
    assertRefused(
        BNB,
        "has 511 bytes where 512 are needed",
        tensor("p.weight", ElementType.U8, 511, 1),
        state(good));
    assertRefused(
        BNB,
        "tensor p.weight.absmax has the shape [15]",
        codes,
        map,
        tensor("p.weight.absmax", ElementType.F32, 15),
        state(good));
    assertRefused(
        BNB,
        "has nested_blocksize ; a power of two",
        codes,
        map,
        absmax,
        tensor("p.weight.nested_absmax", ElementType.F32, 1),
        state(good));
    assertUnsupported(
        BNB,
        "is not 0; only row-major int8",
        tensor("p.SCB", ElementType.F32, 16),
        tensor("p.weight", ElementType.I8, 16, 64),
        filled(tensor("p.weight_format", ElementType.U8), 1));
  }

  /** Codes may bear any type's name (bnb_4bit_quant_storage); their bytes count. */
  @Test
  void bitsandbytesCodesMayBeLabelledAsFloats() {
    assertThat(
            open(
                    BNB,
                    tensor("p.weight", ElementType.BF16, 256, 1),
                    tensor("p.weight.quant_map", ElementType.F32, 16),
                    tensor("p.weight.absmax", ElementType.F32, 16),
                    state("{\"blocksize\":64,\"shape\":[16,64]}"))
                .linear("p", 16, 64)
                .bytes())
        .isEqualTo(512 + 64);
  }

  @Test
  void plainArraysAreCheckedAndWidened() {
    QuantizedCheckpoint checkpoint =
        QuantizedCheckpoint.of(
            MemoryCheckpoint.of(
                new RawTensor(
                    "norm.weight", ElementType.F32, List.of(3), Elements.of(1, 2, 3).stored()),
                tensor("ids", ElementType.I64, 2, 2),
                tensor("table.weight", ElementType.Q8_0, 4, 64)),
            Optional.empty());

    assertThat(checkpoint.vector("norm.weight", 3)).isEqualTo(Tensor.of(new float[] {1, 2, 3}, 3));
    assertThat(checkpoint.table("table.weight", 4, 64).scheme()).isEqualTo("q8_0");
    assertThat(checkpoint.has("table.weight")).isTrue();
    assertThatThrownBy(() -> checkpoint.vector("norm.weight", 4))
        .hasMessageContaining(
            "memory: tensor norm.weight has the shape [3] where the model's configuration calls for"
                + " [4]");
    assertThatThrownBy(() -> checkpoint.table("ids", 2, 2))
        .hasMessageContaining("memory: tensor ids holds I64");
    assertThatThrownBy(() -> checkpoint.linear("nothing", 2, 2))
        .hasMessageContaining("memory: has no tensor nothing.weight");
  }

  private static void assertRefused(String config, String sentence, RawTensor... tensors) {
    assertProblem(Problem.BAD_CHECKPOINT, config, sentence, tensors);
  }

  private static void assertUnsupported(String config, String sentence, RawTensor... tensors) {
    assertProblem(Problem.UNSUPPORTED_MODEL, config, sentence, tensors);
  }

  /** What a layer "p" [16, 64] of these tensors is refused for. */
  private static void assertProblem(
      Problem problem, String config, String sentence, RawTensor... tensors) {
    assertThatThrownBy(() -> open(config, tensors).linear("p", 16, 64))
        .isInstanceOfSatisfying(
            WeftException.class,
            refused -> {
              assertThat(refused.problem()).isEqualTo(problem);
              assertThat(refused).hasMessageStartingWith("memory: ").hasMessageContaining(sentence);
            });
  }

  private static QuantizedCheckpoint open(String config, RawTensor... tensors) {
    return QuantizedCheckpoint.of(MemoryCheckpoint.of(tensors), Declared.as(config));
  }

  private static RawTensor tensor(String name, ElementType type, Integer... shape) {
    List<Integer> dimensions = List.of(shape);
    return new RawTensor(name, type, dimensions, Memory.bytes(type.bytes(dimensions)));
  }

  private static RawTensor int32(String name, Integer... shape) {
    return tensor(name, ElementType.I32, shape);
  }

  private static RawTensor columnFiveIn(String name, int group) {
    ByteBuffer groups = Memory.bytes(4 * 64);
    groups.putInt(4 * 5, group);
    return new RawTensor(name, ElementType.I32, List.of(64), groups);
  }

  private static RawTensor filled(RawTensor tensor, int value) {
    byte[] bytes = new byte[tensor.bytes().remaining()];
    Arrays.fill(bytes, (byte) value);
    return new RawTensor(
        tensor.name(), tensor.type(), tensor.shape(), Memory.bytes(bytes.length).put(bytes).flip());
  }

  private static RawTensor state(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return new RawTensor(
        "p.weight.quant_state.bitsandbytes__nf4",
        ElementType.U8,
        List.of(text.length),
        Memory.bytes(text.length).put(text).flip());
  }
}
