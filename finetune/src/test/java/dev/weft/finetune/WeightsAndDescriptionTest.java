package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model is opened if its weights are those that its description announces, all of them. */
class WeightsAndDescriptionTest {
  private static final String QUERY = "model.layers.1.self_attn.q_proj";
  private static final String FP8 =
      "{'quant_method':'fp8','activation_scheme':'dynamic','weight_block_size':[16,16]}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "model.layers.1.self_attn.q_norm.weight, has no place in a model of this type",
    "model.layers.0.post_feedforward_layernorm.weight, has no place in a model of this type",
    "model.layers.0.input_layernorm.bias, has no place in a model of this type",
    "model.layers.1.mlp.up_proj.bias, has no place in a model of this type",
    "model.norm.bias, has no place in a model of this type",
    "model.embed_positions.weight, has no place in a model of this type",
    "lm_head.bias, has no place in a model of this type",
    "lm_head.weight, differs from the token table",
    "model.layers.2.input_layernorm.weight, lies beyond the 2 layers",
    "model.layers.1.self_attn.q_proj.weight_scale, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.weight_scale_inv, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.SCB, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.weight.absmax, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.qzeros, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.scales, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.g_idx, nothing says how to read it",
    "model.embed_tokens.weight_scale, nothing says how to read it",
    "model.layers.1.self_attn.q_proj.lora_A.weight, is part of an adapter",
    "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight, is part of an adapter",
    "model.layers.1.self_attn.q_proj.lora_magnitude_vector, is part of an adapter",
  })
  void whatNobodyWouldReadIsRefused(String name, String reason) {
    refused(
        ModelFolder.tiny().with(name, ElementType.F32, 0x3F, 4),
        "model.safetensors: tensor " + name,
        reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        "model.rotary_emb.inv_freq",
        "model.layers.1.self_attn.k_scale",
        "vision_tower.encoder.layers.0.self_attn.q_proj.weight",
        "multi_modal_projector.linear.weight",
        "score.weight",
        "v_head.summary.bias"
      })
  void whatNobodyNeedsPasses(String name) {
    open(ModelFolder.tiny().with(name, ElementType.F32, 0x3F, 4));
  }

  @Test
  void biasesThatAreZeroPass() {
    open(
        ModelFolder.tiny()
            .with("model.layers.0.mlp.up_proj.bias", ElementType.F16, 0, 64)
            .with("lm_head.bias", ElementType.F16, 0, 24));
  }

  @Test
  void theTokenTableMayBeHeldTwice() {
    ModelFolder model = ModelFolder.tiny();
    model.with(
        "lm_head.weight",
        ElementType.BF16,
        List.of(24, 32),
        model.tensor("model.embed_tokens.weight").bytes());

    open(model);
  }

  @Test
  void theFileThatHoldsTheTensorIsNamed() throws IOException {
    String name = QUERY + ".weight_scale";
    Path parts =
        ModelFolder.tiny()
            .with(name, ElementType.F32, 0x3F, 4)
            .writeInParts(folder.resolve("model"), List.of(name));

    assertThatThrownBy(() -> open(parts))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith(parts.resolve("b.safetensors") + ": tensor " + name);
  }

  @Test
  void partsAndIndexMustAgree() throws IOException {
    Path parts =
        ModelFolder.tiny().writeInParts(folder.resolve("model"), List.of("model.norm.weight"));
    Path index = parts.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replace("\"model.layers.0.mlp.up_proj.weight\":\"a.safetensors\",", ""));

    assertThatThrownBy(() -> open(parts))
        .hasMessageContaining(
            "a.safetensors: tensor model.layers.0.mlp.up_proj.weight is not where");

    Files.write(parts.resolve("model.safetensors"), new byte[9]);
    assertThatThrownBy(() -> open(parts))
        .hasMessageContaining("holds both model.safetensors and model.safetensors.index.json");
  }

  @Test
  void aFormatThatNoLayerHasIsRefused() {
    refused(
        ModelFolder.tiny().saying("quantization_config", "{'quant_method':'bitsandbytes'}"),
        "",
        "every linear layer is stored unquantized");
    refused(
        ModelFolder.tiny().saying("quantization_config", FP8),
        "",
        "every linear layer is stored unquantized");
  }

  @Test
  void float8NeedsTheScaleThatIsDeclared() {
    ModelFolder model =
        ModelFolder.tiny()
            .saying("quantization_config", FP8)
            .with(QUERY + ".weight", ElementType.F8_E4M3, 0x38, 32, 32)
            .with("model.layers.0.mlp.up_proj.weight", ElementType.F8_E4M3, 0x38, 64, 32)
            .with("model.layers.0.mlp.up_proj.weight_scale_inv", ElementType.F32, 0x3F, 4, 2);

    refused(model, QUERY + ".weight", "holds F8_E4M3 without the scale");

    open(model.with(QUERY + ".weight_scale_inv", ElementType.F32, 0x3F, 2, 2));
    refused(
        model.with(QUERY + ".weight_scale_inv", ElementType.F32, 0x3F, 1, 1),
        QUERY + ".weight_scale_inv",
        "has the shape [1, 1] where the model's configuration calls for [2, 2]");
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, 33, 7FC0, 'NaN at [1, 1]'",
    "model.layers.1.self_attn.q_proj.weight, 70, 7F80, 'Infinity at [2, 6]'",
    "model.layers.1.mlp.down_proj.weight, 2047, FF80, '-Infinity at [31, 63]'",
    "model.layers.0.input_layernorm.weight, 31, FFC1, NaN at [31]",
    "model.norm.weight, 0, 7F81, NaN at [0]"
  })
  void numbersThatAreNotFiniteAreRefused(String name, int index, String bits, String what) {
    refused(
        ModelFolder.tiny().withBits(name, index, Integer.parseInt(bits, 16)),
        "model.safetensors: tensor " + name,
        "holds " + what + "; no model computes with that");
  }

  @Test
  void aFormatTooNarrowForAWeightIsRefused() {
    ModelFolder model = ModelFolder.tiny().withBits(QUERY + ".weight", 3, 0x7E00);
    Path written = model.write(folder.resolve("model"));

    open(written, "nf4");
    for (String narrow : List.of("q4-0", "q8-0", "int4-g64")) {
      assertThatThrownBy(() -> open(written, narrow))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining("tensor " + QUERY + ".weight has values too large")
          .hasMessageContaining("model.quantization = " + narrow);
    }
  }

  private void refused(ModelFolder model, String place, String reason) {
    Path written = model.write(fresh());
    assertThatThrownBy(() -> open(written))
        .isInstanceOf(WeftException.class)
        .hasMessageStartingWith(written.toString())
        .hasMessageContaining(place)
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> inspect(written))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining(reason);
  }

  private void open(ModelFolder model) {
    Path written = model.write(fresh());
    open(written);
    inspect(written);
  }

  private static void open(Path model) {
    open(model, "auto");
  }

  private static void open(Path model, String quantization) {
    WeftConfig config = config(model, quantization);
    BaseModel.open(config.model(), config.engine()).close();
  }

  private static void inspect(Path model) {
    WeftConfig config = config(model, "auto");
    assertThat(
            ModelInspection.of(ModelFiles.open(model.toString()), config.model())
                .facts()
                .parameters())
        .isPositive();
  }

  private static WeftConfig config(Path model, String quantization) {
    return ConfigLoader.load(
        Optional.empty(),
        Map.of(
            "model.source",
            model.toString(),
            "model.quantization",
            quantization,
            "engine.device",
            "cpu",
            "engine.precision",
            "float32"));
  }

  private Path fresh() {
    try {
      return Files.createTempDirectory(folder, "model").resolve("it");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
