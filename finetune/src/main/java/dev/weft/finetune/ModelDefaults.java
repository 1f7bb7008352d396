package dev.weft.finetune;

import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.core.config.ModelConfig;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What {@code auto} means for a model.
 *
 * @param targets the field's usual ones: all linear layers of an encoder, where {@code
 *     output.dense} is the last part of two names, and the attention of a decoder
 * @param layers no number for all; the embedded model adapts its upper third, which two cores train
 *     in minutes
 */
record ModelDefaults(
    String quantization, List<String> targets, List<Integer> layers, int maxTokens) {
  private static final List<String> ENCODER_TARGETS =
      List.of("query", "key", "value", "intermediate.dense", "output.dense");
  private static final List<String> DECODER_TARGETS =
      List.of("q_proj", "k_proj", "v_proj", "o_proj");

  private static ModelDefaults of(String source, Architecture architecture) {
    if (source.equals(EmbeddedModel.SOURCE)) {
      return new ModelDefaults("nf4-double", ENCODER_TARGETS, List.of(4, 5), 48);
    }
    return architecture instanceof Architecture.Encoder
        ? new ModelDefaults("as-is", ENCODER_TARGETS, List.of(), 128)
        : new ModelDefaults("as-is", DECODER_TARGETS, List.of(), 512);
  }

  /** A configuration with a value in place of every {@code auto}. */
  static ModelConfig resolve(ModelConfig config, Architecture architecture) {
    ModelDefaults defaults = of(config.source(), architecture);
    return new ModelConfig(
        config.source(),
        Optional.of(config.quantization().orElse(defaults.quantization)),
        config.correction(),
        Optional.of(config.targets().orElse(defaults.targets)),
        Optional.of(config.layers().orElse(defaults.layers)),
        config.head(),
        Optional.of(config.maxTokens().orElse(defaults.maxTokens)),
        Optional.of(config.templateDate().orElseGet(() -> LocalDate.now(ZoneOffset.UTC))));
  }
}
