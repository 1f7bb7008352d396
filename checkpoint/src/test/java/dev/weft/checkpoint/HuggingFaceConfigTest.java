package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {
  private static final String DECODER =
      """
      "hidden_size": 64, "intermediate_size": 172, "num_hidden_layers": 5,
      "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 512,
      "max_position_embeddings": 1024\
      """;

  private static final String ENCODER =
      """
      "hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 3,
      "num_attention_heads": 4, "vocab_size": 99, "max_position_embeddings": 514\
      """;

  @TempDir Path folder;

  @Test
  void aLlamaIsReadFieldByField() throws IOException {
    DecoderShape shape = decoder("llama", "\"rms_norm_eps\": 1e-5, \"head_dim\": null");

    assertThat(shape)
        .isEqualTo(
            new DecoderShape(
                64,
                8,
                4,
                8,
                172,
                512,
                1024,
                1e-5,
                false,
                0,
                1,
                DecoderBlock.llama(1024, Rope.plain(10_000, 8)).times(5)));
  }

  @Test
  void familiesDifferWhereTransformersSaysSo() throws IOException {
    DecoderShape qwen2 = decoder("qwen2", "\"tie_word_embeddings\": true");
    assertThat(qwen2.blocks())
        .containsOnly(DecoderBlock.llama(1024, Rope.plain(10_000, 8)).withQueryKeyValueBias());
    assertThat(qwen2.tied()).isTrue();

    DecoderShape qwen3 = decoder("qwen3", "\"rope_theta\": 1000000");
    assertThat(qwen3.blocks())
        .containsOnly(
            DecoderBlock.llama(1024, Rope.plain(1_000_000, 128))
                .withQueryKeyNorm(DecoderBlock.QueryKeyNorm.HEAD));
    assertThat(qwen3.headWidth()).isEqualTo(128);

    DecoderShape gemma = decoder("gemma", "\"hidden_act\": \"gelu\", \"head_dim\": 16");
    assertThat(gemma.blocks())
        .containsOnly(
            DecoderBlock.llama(1024, Rope.plain(10_000, 16))
                .withActivation(DecoderBlock.Activation.GELU_TANH));
    assertThat(gemma.normOffset()).isEqualTo(1);
    assertThat(gemma.embeddingScale()).isEqualTo(8);
    assertThat(gemma.tied()).isTrue();
    assertThat(gemma.headWidth()).isEqualTo(16);
  }

  @Test
  void aSlidingWindowIsNoBoundOfTheLength() throws IOException {
    DecoderShape shape = decoder("mistral", "\"sliding_window\": 256");
    assertThat(shape.positions()).isEqualTo(1024);
    assertThat(windows(shape)).containsExactly(256, 256, 256, 256, 256);
  }

  /** As the configurations of transformers 5.23 read them; five layers, 1024 positions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "mistral ~ \"sliding_window\": null ~ 1024 1024 1024 1024 1024",
        "mistral ~ \"sliding_window\": 4096 ~ 1024 1024 1024 1024 1024",
        "mistral ~ \"max_position_embeddings\": 5000 ~ 4096 4096 4096 4096 4096",
        "llama ~ \"sliding_window\": 4 ~ 1024 1024 1024 1024 1024",
        "qwen2 ~ \"sliding_window\": 4 ~ 1024 1024 1024 1024 1024",
        "qwen2 ~ \"sliding_window\": 4, \"use_sliding_window\": true ~ 1024 1024 1024 1024 1024",
        "qwen3 ~ \"sliding_window\": 4, \"use_sliding_window\": true, \"max_window_layers\": 3"
            + " ~ 1024 1024 1024 4 4",
        "qwen2 ~ \"sliding_window\": 4, \"use_sliding_window\": true, \"max_window_layers\": 0"
            + " ~ 4 4 4 4 4",
        "qwen2 ~ \"sliding_window\": null, \"use_sliding_window\": true, \"max_window_layers\": 0"
            + " ~ 1024 1024 1024 1024 1024",
        "qwen3 ~ \"sliding_window\": 4, \"use_sliding_window\": true, \"layer_types\":"
            + " [\"full_attention\", \"sliding_attention\", \"full_attention\","
            + " \"sliding_attention\", \"full_attention\"] ~ 1024 4 1024 4 1024",
      })
  void eachLayerHasTheWindowThatTransformersGivesIt(String type, String fields, String windows)
      throws IOException {
    assertThat(windows(decoder(type, fields)))
        .isEqualTo(Arrays.stream(windows.split(" ")).map(Integer::valueOf).toList());
  }

  /** Older files say the two bases at the top and scale by {@code rope_scaling}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "\"sliding_window_pattern\": 3, \"rope_theta\": 5000, \"rope_local_base_freq\": 500,"
            + " \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8}",
        "\"layer_types\": [\"sliding_attention\", \"sliding_attention\", \"full_attention\","
            + " \"sliding_attention\", \"sliding_attention\"], \"rope_parameters\":"
            + " {\"full_attention\": {\"rope_type\": \"linear\", \"factor\": 8, \"rope_theta\":"
            + " 5000}, \"sliding_attention\": {\"rope_type\": \"default\", \"rope_theta\": 500}}"
      })
  void gemma3HasTwoKindsOfBlocks(String ropes) throws IOException {
    DecoderShape shape =
        decoder(
            "gemma3_text",
            "\"head_dim\": 16, \"query_pre_attn_scalar\": 25, \"sliding_window\": 7,"
                + " \"attn_logit_softcapping\": null, "
                + ropes);

    DecoderBlock global =
        new DecoderBlock(
            1024,
            Rope.plain(5000, 16).linear(8),
            0.2,
            DecoderBlock.Norms.AROUND,
            DecoderBlock.QueryKeyNorm.HEAD,
            false,
            DecoderBlock.Activation.GELU_TANH);
    DecoderBlock local =
        new DecoderBlock(
            7,
            Rope.plain(500, 16),
            0.2,
            global.norms(),
            global.queryKeyNorm(),
            false,
            global.activation());
    assertThat(shape.blocks()).containsExactly(local, local, global, local, local);
    assertThat(shape.normOffset()).isEqualTo(1);
    assertThat(shape.embeddingScale()).isEqualTo(8);
    assertThat(shape.tied()).isTrue();
  }

  @Test
  void gemma3IsWhatTransformersTakesItForIfLittleIsSaid() throws IOException {
    DecoderShape shape = decoder("gemma3_text", "\"num_hidden_layers\": 7");

    assertThat(windows(shape)).containsExactly(1024, 1024, 1024, 1024, 1024, 1024, 1024);
    assertThat(shape.headWidth()).isEqualTo(256);
    assertThat(shape.blocks())
        .extracting(DecoderBlock::rope)
        .startsWith(Rope.plain(10_000, 256))
        .endsWith(Rope.plain(1_000_000, 256), Rope.plain(10_000, 256))
        .hasSize(7);
    assertThat(shape.blocks()).extracting(DecoderBlock::attentionScale).containsOnly(1 / 16.0);
  }

  @Test
  void olmo2NormsWhatLeaves() throws IOException {
    assertThat(decoder("olmo2", "\"rope_theta\": 500000").blocks())
        .containsOnly(
            DecoderBlock.llama(1024, Rope.plain(500_000, 8))
                .withNorms(DecoderBlock.Norms.AFTER)
                .withQueryKeyNorm(DecoderBlock.QueryKeyNorm.TOKEN));
  }

  @Test
  void robertaPositionsStartAfterItsPaddingToken() throws IOException {
    EncoderShape roberta = encoder("roberta", "\"type_vocab_size\": 1, \"pad_token_id\": 1");
    assertThat(roberta.positionOffset()).isEqualTo(2);
    assertThat(roberta.positions()).isEqualTo(512);
    assertThat(roberta.tokenTypes()).isEqualTo(1);

    EncoderShape bert = encoder("bert", "\"layer_norm_eps\": 1e-7, \"pad_token_id\": 0");
    assertThat(bert).isEqualTo(new EncoderShape(3, 48, 4, 96, 99, 514, 1e-7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "gpt2 ~ `` ~ says model_type \"gpt2\"; Weft supports models of type [bert, gemma,"
            + " gemma3_te",
        "gemma2 ~ `` ~ says model_type \"gemma2\"",
        "gemma3 ~ \"text_config\": {} ~ says model_type \"gemma3\" around a text_config; Weft sup",
        "gemma3_text ~ \"hidden_activation\": \"silu\" ~ says hidden_activation silu",
        "gemma3_text ~ \"attn_logit_softcapping\": 50 ~ says attn_logit_softcapping 50.0",
        "gemma3_text ~ \"final_logit_softcapping\": 30 ~ says final_logit_softcapping 30.0",
        "gemma3_text ~ \"use_bidirectional_attention\": true ~ says use_bidirectional_attention",
        "gemma3_text ~ \"rope_parameters\": {\"rope_theta\": 5} ~ says one for all layers in"
            + " rope_p",
        "gemma3_text ~ \"sliding_window\": null ~ but switches its window off",
        "gemma3_text ~ \"query_pre_attn_scalar\": 0 ~ gives query_pre_attn_scalar as 0.0",
        "olmo2 ~ \"attention_bias\": true ~ says attention_bias true",
        "llama ~ \"hidden_act\": \"relu\" ~ says hidden_act relu; Weft supports silu",
        "llama ~ \"attention_bias\": true ~ says attention_bias true",
        "llama ~ \"mlp_bias\": true ~ says mlp_bias true",
        "llama ~ \"partial_rotary_factor\": 0.5 ~ says partial_rotary_factor 0.5",
        "llama ~ \"rope_scaling\": {\"type\": \"longrope\"} ~ says rope_type longrope",
        "llama ~ \"rope_scaling\": {\"type\": \"linear\"} ~ does not say factor",
        "llama ~ \"rope_scaling\": {\"type\": \"linear\", \"factor\": 0} ~ gives factor as 0.0",
        "llama ~ \"rope_scaling\": 7 ~ gives rope_scaling as 7 where an object is needed",
        "llama ~ \"hidden_size\": 1048577 ~ gives hidden_size as 1048577 where a whole number",
        "llama ~ \"num_hidden_layers\": 1e3 ~ gives num_hidden_layers as 1000.0 where a whole",
        "llama ~ \"num_hidden_layers\": 99999999999999999999 ~ gives num_hidden_layers as 9999999",
        "llama ~ \"vocab_size\": \"many\" ~ gives vocab_size as \"many\" where a whole number",
        "llama ~ \"num_attention_heads\": 0 ~ gives num_attention_heads as 0",
        "llama ~ \"num_key_value_heads\": 3 ~ 8 is not divisible by 3 key-value heads",
        "llama ~ \"head_dim\": 7 ~ headWidth: must be even, got 7",
        "llama ~ \"rms_norm_eps\": -1 ~ gives rms_norm_eps as -1.0 where a number above 0",
        "llama ~ \"tie_word_embeddings\": 1 ~ as 1 where true or false is needed",
        "llama ~ \"max_position_embeddings\": null ~ does not say max_position_embeddings",
        "mistral ~ \"sliding_window\": 0 ~ gives sliding_window as 0 where a whole number",
        "qwen2 ~ \"layer_types\": [\"full_attention\"] ~ gives layer_types that are not a list of"
            + " 5",
        "qwen2 ~ \"num_hidden_layers\": 1, \"layer_types\": [\"chunked_attention\"]"
            + " ~ says layer_types \"chunked_attention\"; Weft supports full_attention and",
        "qwen2 ~ \"num_hidden_layers\": 1, \"layer_types\": [\"sliding_attention\"]"
            + " ~ lists sliding_attention in layer_types but switches its window off",
        "bert ~ \"position_embedding_type\": \"relative_key\" ~ says position_embedding_type rela",
        "bert ~ \"num_attention_heads\": 7 ~ is not divisible by 7 heads",
        "roberta ~ \"max_position_embeddings\": 2 ~ leaves no room for a token",
        "roberta ~ \"pad_token_id\": 1e9 ~ gives pad_token_id as 1.0E9",
      })
  void whatWeftWouldComputeOtherwiseIsRefused(String type, String field, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(type, field))
        .withMessageStartingWith(folder.resolve("config.json").toString())
        .withMessageContaining(sentence);
  }

  @Test
  void quantizationIsFoundInEitherPlace() throws IOException {
    read("llama", "\"quantization_config\": {\"quant_method\": \"bitsandbytes\"}");
    Files.writeString(folder.resolve("quantize_config.json"), "{\"bits\": 4}");
    assertThat(HuggingFaceConfig.read(folder).quantization().orElseThrow().text("quant_method", ""))
        .isEqualTo("bitsandbytes");

    read("llama", "");
    assertThat(HuggingFaceConfig.read(folder).quantization().orElseThrow().fields())
        .hasToString("{\"bits\":4,\"quant_method\":\"gptq\"}");

    Files.delete(folder.resolve("quantize_config.json"));
    assertThat(HuggingFaceConfig.read(folder).quantization()).isEmpty();
  }

  private static List<Integer> windows(DecoderShape shape) {
    return shape.blocks().stream().map(DecoderBlock::window).toList();
  }

  private DecoderShape decoder(String type, String fields) throws IOException {
    return ((Architecture.Decoder) read(type, fields)).shape();
  }

  private EncoderShape encoder(String type, String fields) throws IOException {
    return ((Architecture.Encoder) read(type, fields)).shape();
  }

  /** The usual fields, and those given in their place. */
  private Architecture read(String type, String fields) throws IOException {
    boolean encoder = type.endsWith("bert") || type.endsWith("roberta");
    ObjectNode config = object(encoder ? ENCODER : DECODER);
    config.put("model_type", type);
    config.setAll(object(fields));
    Files.writeString(folder.resolve("config.json"), config.toString());
    return HuggingFaceConfig.read(folder).architecture();
  }

  private static ObjectNode object(String fields) throws IOException {
    return (ObjectNode) new JsonMapper().readTree("{" + fields + "}");
  }
}
