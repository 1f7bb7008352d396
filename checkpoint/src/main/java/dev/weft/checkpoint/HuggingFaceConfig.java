package dev.weft.checkpoint;

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
      ModelFamily family = ModelFamilies.of(type).orElseThrow(() -> unknown(type));
      if (family instanceof EncoderFamily encoder) {
        return new Architecture.Encoder(encoder, encoder(encoder));
      }
      DecoderFamily decoder = (DecoderFamily) family;
      return new Architecture.Decoder(decoder, new HuggingFaceDecoder(file, decoder).shape());
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
    file.refuse("is_decoder");
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

  private void require(String key, String value, String supported) {
    if (!value.equals(supported)) {
      throw file.unsupported(key + " " + value, supported);
    }
  }

  private WeftException unknown(String type) {
    if (file.has("text_config")) {
      return file.unsupported(
          Text.format("model_type \"%s\" around a text_config", type),
          "language models without towers for other media; save the language model of this one in"
              + " a folder of its own");
    }
    return file.unsupported(
        "model_type \"" + type + "\"", "models of type " + new TreeSet<>(ModelFamilies.names()));
  }
}
