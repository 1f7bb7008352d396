package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** How a tool lays quantized linear layers out in a checkpoint. */
interface WeightFormat {

  /**
   * A linear layer in this format; empty if the checkpoint holds this one unquantized.
   *
   * @param linear name without ".weight"
   * @throws dev.weft.core.error.WeftException if its arrays are incomplete or malformed
   */
  Optional<StoredMatrix> find(Planes planes, String linear, int out, int in);

  /**
   * The format that {@code config.json} declares.
   *
   * @param config the object {@code quantization_config}
   * @throws dev.weft.core.error.WeftException if Weft cannot read it
   */
  static WeightFormat of(JsonNode config, Planes planes) {
    String method = config.path("quant_method").asText("");
    return switch (method) {
      case "bitsandbytes" -> new Bitsandbytes();
      case "gptq" -> Gptq.of(config, planes);
      case "awq" -> Awq.of(config, planes);
      case "compressed-tensors" -> CompressedTensors.of(config, planes);
      case "fp8" -> CompressedTensors.fp8(config, planes);
      case "hqq" -> Hqq.of(config, planes);
      default ->
          throw planes.unsupported(
              "quantization_config.quant_method \"%s\" cannot be read; use a model in bitsandbytes,"
                  + " GPTQ, AWQ, compressed-tensors, FP8, HQQ or GGUF form",
              method);
    };
  }
}
