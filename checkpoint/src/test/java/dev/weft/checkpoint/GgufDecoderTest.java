package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufDecoderTest {
  @TempDir Path folder;

  @Test
  void theSameModelHasTheSameShapeInBothFormats() {
    DecoderShape fromFolder = shape(ModelFiles.open(Fixtures.TINY_LLAMA.toString()));
    DecoderShape fromGguf = shape(ModelFiles.open(Fixtures.TINY_GGUF.toString()));

    assertThat(fromGguf)
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) <= 1e-7 * Math.abs(b) ? 0 : 1, Double.class)
        .isEqualTo(fromFolder);
  }

  @Test
  void theSameModelHasTheSameNamesInBothFormats() {
    assertThat(ModelFiles.open(Fixtures.TINY_GGUF.toString()).weights().names())
        .containsExactlyInAnyOrderElementsOf(
            ModelFiles.open(Fixtures.TINY_LLAMA.toString()).weights().names());
  }

  /**
   * tiny-llama.gguf was written by gguf-py after llama.cpp's {@code LlamaModel.permute};
   * tiny-llama-q8_0.json holds sha-256 of the rows quantized in Hugging Face order.
   */
  @Test
  void quantizedRowsComeInHuggingFaceOrder() throws NoSuchAlgorithmException {
    Checkpoint weights = ModelFiles.open(Fixtures.TINY_GGUF.toString()).weights();
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    JsonNode golden = Fixtures.json("/models/tiny-llama-q8_0.json");

    assertThat(golden.has("model.layers.1.self_attn.k_proj.weight")).isTrue();
    golden
        .properties()
        .forEach(
            entry -> {
              RawTensor tensor = weights.find(entry.getKey()).orElseThrow();
              assertThat(tensor.name()).isEqualTo(entry.getKey());
              assertThat(HexFormat.of().formatHex(sha.digest(Fixtures.bytes(tensor))))
                  .as(entry.getKey())
                  .isEqualTo(entry.getValue().asText());
            });
  }

  @Property
  void rowOrdersUndoEachOther(
      @ForAll @IntRange(min = 1, max = 9) int heads,
      @ForAll @IntRange(min = 1, max = 20) int halfWidth) {
    RotaryRows rows = new RotaryRows(heads, 2 * halfWidth);
    int[] there = rows.toGguf();
    int[] back = rows.fromGguf();

    for (int row = 0; row < there.length; row++) {
      assertThat(there[back[row]]).isEqualTo(row);
      assertThat(back[row] / (2 * halfWidth)).isEqualTo(row / (2 * halfWidth));
    }
  }

  @Test
  void pairsThatTurnTogetherAreNeighboursInGguf() {
    assertThat(new RotaryRows(2, 6).toGguf()).containsExactly(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11);
  }

  @ParameterizedTest
  @CsvSource({"llama, false", "qwen2, true", "gemma, true"})
  void onlyLlamaFilesPermuteRows(String architecture, boolean asStored) {
    GgufFile file = GgufFile.of(architecture).with(architecture + ".attention.key_length", 4);
    RawTensor stored = file.tensors.get(2);

    RawTensor read = open(file).weights().tensor("model.layers.0.self_attn.q_proj.weight", 8, 8);

    assertThat(Arrays.equals(Fixtures.bytes(read), Fixtures.bytes(stored))).isEqualTo(asStored);
  }

  @Test
  void gainsOfAGemmaFileAlreadyHoldTheOne() {
    DecoderShape shape = shape(open(GgufFile.of("gemma").with("gemma.attention.key_length", 4)));

    assertThat(shape.normOffset()).isZero();
    assertThat(shape.embeddingScale()).isEqualTo(Math.sqrt(8));
    assertThat(shape.blocks().get(0).activation()).isEqualTo(DecoderBlock.Activation.GELU_TANH);
    assertThat(shape.tied()).isTrue();
  }

  /** The bases, the period and the scale that llama.cpp takes where the file does not say. */
  @Test
  void aGemma3FileHasTwoKindsOfBlocks() {
    GgufFile file =
        GgufFile.of("gemma3")
            .with("gemma3.attention.key_length", 4)
            .with("gemma3.attention.sliding_window", 3)
            .with("gemma3.rope.freq_base", 1e6f)
            .with("gemma3.rope.scaling.type", "linear")
            .with("gemma3.rope.scaling.factor", 8f);
    DecoderBlock global =
        new DecoderBlock(
            64,
            Rope.plain(1e6, 4).linear(8),
            0.5,
            DecoderBlock.Norms.AROUND,
            DecoderBlock.QueryKeyNorm.HEAD,
            false,
            DecoderBlock.Activation.GELU_TANH);
    file.add("blk.0.post_ffw_norm.weight", 8).add("blk.0.post_attention_norm.weight", 8);
    file.with("gemma3.attention.sliding_window_pattern", 1);
    assertThat(shape(open(file)).blocks()).containsExactly(global);

    DecoderBlock local =
        shape(open(file.with("gemma3.attention.sliding_window_pattern", 6))).blocks().get(0);
    assertThat(local.window()).isEqualTo(3);
    assertThat(local.rope()).isEqualTo(Rope.plain(10_000, 4));
    assertThat(local.attentionScale()).isEqualTo(0.5);

    assertThat(open(file).weights().names())
        .contains(
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.pre_feedforward_layernorm.weight",
            "model.layers.0.post_feedforward_layernorm.weight");
    assertThat(shape(open(file)).normOffset()).isZero();
    assertThat(shape(open(file)).embeddingScale()).isEqualTo(Math.sqrt(8));
    refused(
        file.with("gemma3.final_logit_softcapping", 30f), "sets gemma3.final_logit_softcapping");
  }

  @Test
  void aNormThatTheFamilyDoesNotHaveIsAStranger() {
    refused(
        GgufFile.of("llama").add("blk.0.post_ffw_norm.weight", 8),
        "holds tensor blk.0.post_ffw_norm.weight, which a decoder of type llama does not have");
    refused(
        GgufFile.of("olmo2"),
        "holds tensor blk.0.attn_norm.weight, which a decoder of type olmo2 does not have");
  }

  @Test
  void anOutputLayerOfItsOwnUntiesTheModel() {
    assertThat(shape(open(GgufFile.of("llama").add("output.weight", 5, 8))).tied()).isFalse();
  }

  @Test
  void aSlidingWindowIsThatOfEveryLayerAndNoBoundOfTheLength() {
    DecoderShape plain = shape(open(GgufFile.of("llama")));
    DecoderShape windowed =
        shape(open(GgufFile.of("llama").with("llama.attention.sliding_window", 4)));

    assertThat(plain.blocks()).extracting(DecoderBlock::window).containsOnly(plain.positions());
    assertThat(windowed.blocks()).extracting(DecoderBlock::window).containsOnly(4);
    assertThat(windowed.positions()).isEqualTo(plain.positions()).isGreaterThan(4);
  }

  @Test
  void factorsInTheFileSlowTheRotation() {
    GgufFile file = GgufFile.of("llama");
    file.tensors.add(Fixtures.counting("rope_freqs.weight", 2, 2));

    assertThat(shape(open(file)).blocks().get(0).rope().inverseFrequencies())
        .containsExactly(0.5, 0.01 / 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "llama.rope.dimension_count ~ 2 ~ gives llama.rope.dimension_count as 2",
        "llama.expert_count ~ 8 ~ is a mixture of experts",
        "llama.attention.head_count_kv ~ 7 ~ 2 is not divisible by 7 key-value heads",
        "llama.embedding_length ~ 1048577 ~ as 1048577 where a whole number from 1 to 1048576",
        "llama.block_count ~ 3 ~ has no tensor model.layers.2.input_layernorm.weight",
        "llama.embedding_length ~ 16 ~ tensor token_embd.weight has the shape [5, 8] where",
        "split.count ~ 2 ~ is one of 2 parts of a model; join them with llama-gguf-split --merge",
        "general.alignment ~ 24 ~ aligns arrays to 24 bytes",
      })
  void anAbsurdNumberIsRefused(String key, int value, String sentence) {
    refused(GgufFile.of("llama").with(key, value), sentence);
  }

  @Test
  void whatCannotBeComputedIsRefused() {
    refused(GgufFile.of("phi3"), "has the architecture \"phi3\"; Weft supports [llama, qwen2");
    refused(GgufFile.of("llama").with("general.type", "adapter"), "holds a GGUF of type adapter");
    refused(
        GgufFile.of("llama").add("blk.0.attn_sinks.weight", 2),
        "holds tensor blk.0.attn_sinks.weight, which a decoder of type llama does not have");
    refused(
        GgufFile.of("llama").with("llama.rope.scaling.type", "longrope"),
        "scales rope by longrope");
    refused(GgufFile.of("llama").without("token_embd.weight"), "has no tensor token_embd.weight");
    refused(
        GgufFile.of("llama").without("llama.context_length"), "does not say llama.context_length");
    refused(
        GgufFile.of("llama").with("llama.attention.head_count", List.of(2, 2)),
        "metadata llama.attention.head_count is not a whole number");
  }

  private void refused(GgufFile file, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> open(file))
        .withMessageStartingWith(folder.resolve("model.gguf").toString())
        .withMessageContaining(sentence);
  }

  private OpenModel open(GgufFile file) {
    return ModelFiles.open(file.write(folder).toString());
  }

  private static DecoderShape shape(OpenModel model) {
    return ((Architecture.Decoder) model.architecture()).shape();
  }
}
