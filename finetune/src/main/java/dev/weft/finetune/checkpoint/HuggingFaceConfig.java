package dev.weft.finetune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The description of a Hugging Face style model: {@code config.json}, whose defaults are those of
 * transformers. What the engine would compute differently is refused, not ignored.
 */
record HuggingFaceConfig(JsonFile file) {
  static final String NAME = "config.json";

  private static final String QUANTIZATION = "quantization_config";

  static HuggingFaceConfig read(Path folder) {
    return new HuggingFaceConfig(JsonFile.read(folder.resolve(NAME)));
  }

  /**
   * @throws WeftException if the family is unknown or a dimension is missing or absurd
   */
  Architecture architecture() {
    String type = file.text("model_type", "");
    try {
      Optional<EncoderFamily> encoder = EncoderFamily.of(type);
      if (encoder.isPresent()) {
        return new Architecture.Encoder(encoder.get(), encoder(encoder.get()));
      }
      DecoderFamily family = DecoderFamily.of(type).orElseThrow(() -> unknown(type));
      return new Architecture.Decoder(family, decoder(family));
    } catch (IllegalArgumentException e) {
      throw file.bad("contradicts itself, " + e.getMessage());
    }
  }

  /** Older GPTQ models keep it in a file of its own. */
  Optional<JsonFile> quantization() {
    if (file.has(QUANTIZATION)) {
      return Optional.of(file.object(QUANTIZATION));
    }
    Path beside = file.path().resolveSibling("quantize_config.json");
    if (!Files.exists(beside)) {
      return Optional.empty();
    }
    ObjectNode fields = ((ObjectNode) JsonFile.read(beside).fields()).deepCopy();
    return Optional.of(
        new JsonFile(
            beside, fields.has("quant_method") ? fields : fields.put("quant_method", "gptq")));
  }

  private EncoderShape encoder(EncoderFamily family) {
    require("hidden_act", file.text("hidden_act", "gelu"), "gelu");
    require(
        "position_embedding_type", file.text("position_embedding_type", "absolute"), "absolute");
    refuse("is_decoder");
    int offset = family.positionsAfterPadding() ? padding() + 1 : 0;
    return new EncoderShape(
        file.count("num_hidden_layers", Limits.LAYERS),
        file.count("hidden_size", Limits.HIDDEN),
        file.count("num_attention_heads", Limits.HEADS),
        file.count("intermediate_size", Limits.FEED_FORWARD),
        file.count("vocab_size", Limits.VOCABULARY),
        file.count("max_position_embeddings", Limits.POSITIONS) - offset,
        file.positive("layer_norm_eps", 1e-12),
        file.count("type_vocab_size", 2, Limits.VOCABULARY),
        offset);
  }

  /** RoBERTa's padding token, after whose row in the position table the first token's row comes. */
  private int padding() {
    double padding = file.number("pad_token_id", 1);
    if (padding < 0 || padding > 16 || padding != Math.rint(padding)) {
      throw file.bad(Text.format("gives pad_token_id as %s", padding));
    }
    return (int) padding;
  }

  private DecoderShape decoder(DecoderFamily family) {
    checkVariants(family);
    int hidden = file.count("hidden_size", Limits.HIDDEN);
    int heads = file.count("num_attention_heads", Limits.HEADS);
    int headWidth =
        file.count("head_dim", family.defaultHeadWidth(hidden, heads), Limits.HEAD_WIDTH);
    int layers = file.count("num_hidden_layers", Limits.LAYERS);
    int positions = file.count("max_position_embeddings", Limits.POSITIONS);
    return family.shape(
        new DecoderFamily.Dimensions(
            layers,
            hidden,
            heads,
            file.count("num_key_value_heads", heads, Limits.HEADS),
            headWidth,
            file.count("intermediate_size", Limits.FEED_FORWARD),
            file.count("vocab_size", Limits.VOCABULARY),
            positions,
            file.positive("rms_norm_eps", 1e-6)),
        rope(headWidth, positions),
        file.flag("tie_word_embeddings", family.tiedByDefault()),
        family.normOffset(),
        new SlidingWindows(file, family, layers, positions).byLayer());
  }

  private void checkVariants(DecoderFamily family) {
    if (family == DecoderFamily.GEMMA) {
      // Gemma's first configurations say gelu and mean its approximation; transformers reads so.
      String activation = file.text("hidden_act", "gelu_pytorch_tanh");
      if (!activation.equals("gelu")) {
        require("hidden_act", activation, "gelu_pytorch_tanh");
      }
      refuse("use_bidirectional_attention");
    } else {
      require("hidden_act", file.text("hidden_act", "silu"), "silu");
    }
    refuse("attention_bias");
    refuse("mlp_bias");
  }

  private Rope rope(int headWidth, int positions) {
    JsonFile scaling =
        file.object(file.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
    double theta = scaling.positive("rope_theta", file.positive("rope_theta", 10_000));
    double share = scaling.number("partial_rotary_factor", file.number("partial_rotary_factor", 1));
    if (share != 1) {
      throw file.unsupported("partial_rotary_factor " + share, "only rotation of whole heads");
    }
    double original =
        file.positive(
            "original_max_position_embeddings",
            scaling.positive("original_max_position_embeddings", positions));
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    Rope plain = Rope.plain(theta, headWidth);
    return switch (type) {
      // Up to max_position_embeddings, which the engine never exceeds, dynamic NTK changes nothing.
      case "default", "dynamic" -> plain;
      case "linear" -> plain.linear(factor(scaling));
      case "llama3" ->
          plain.llama3(
              factor(scaling),
              scaling.positive("low_freq_factor", 1),
              scaling.positive("high_freq_factor", 4),
              original);
      case "yarn" -> Rope.yarn(theta, headWidth, yarn(scaling, positions, original));
      default ->
          throw file.unsupported("rope_type " + type, "default, dynamic, linear, llama3 and yarn");
    };
  }

  private static double factor(JsonFile scaling) {
    if (!scaling.has("factor")) {
      throw scaling.bad("scales rotary positions but does not say factor");
    }
    return scaling.positive("factor", 1);
  }

  private static Rope.Yarn yarn(JsonFile scaling, int positions, double original) {
    double factor = scaling.positive("factor", positions / original);
    double weight = scaling.number("mscale", 0);
    double weightAll = scaling.number("mscale_all_dim", 0);
    double recommended =
        weight != 0 && weightAll != 0
            ? Rope.Yarn.recommended(factor, weight) / Rope.Yarn.recommended(factor, weightAll)
            : Rope.Yarn.recommended(factor, 1);
    return new Rope.Yarn(
        factor,
        original,
        scaling.positive("beta_fast", 32),
        scaling.positive("beta_slow", 1),
        scaling.flag("truncate", true),
        scaling.number("attention_factor", recommended));
  }

  private void refuse(String key) {
    if (file.flag(key, false)) {
      throw file.unsupported(key + " true", "models without it");
    }
  }

  private void require(String key, String value, String supported) {
    if (!value.equals(supported)) {
      throw file.unsupported(key + " " + value, supported);
    }
  }

  private WeftException unknown(String type) {
    TreeSet<String> families = new TreeSet<>(DecoderFamily.names());
    families.addAll(EncoderFamily.names());
    return file.unsupported("model_type \"" + type + "\"", "models of type " + families);
  }
}
