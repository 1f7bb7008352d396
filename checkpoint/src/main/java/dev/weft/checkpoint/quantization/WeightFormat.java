package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.JsonFile;
import java.util.Optional;

/** How a tool lays quantized linear layers out in a checkpoint. */
interface WeightFormat {

  /**
   * A linear layer in this format; empty if the checkpoint holds this one unquantized.
   *
   * @param planes its arrays; whoever reads a layer takes all of them
   * @throws dev.weft.core.error.WeftException if they are incomplete or malformed, or contradict
   *     what was declared
   */
  Optional<StoredMatrix> find(Planes planes, int out, int in);

  /** Whether a model of this format has layers with more arrays than weight and bias. */
  default boolean leavesTraces() {
    return true;
  }

  /**
   * The format that {@code config.json} declares.
   *
   * @param config the object {@code quantization_config}
   * @throws dev.weft.core.error.WeftException if Weft cannot read it
   */
  static WeightFormat of(JsonFile config) {
    String method = config.text("quant_method", "");
    return switch (method) {
      case "bitsandbytes" -> new Bitsandbytes();
      case "gptq" -> Gptq.of(config);
      case "awq" -> Awq.of(config);
      case "compressed-tensors" -> CompressedTensors.of(config);
      case "fp8" -> Fp8.of(config);
      case "hqq" -> Hqq.of(config);
      default ->
          throw config.unsupported(
              "quantization_config.quant_method \"" + method + "\"",
              "bitsandbytes, GPTQ, AWQ, compressed-tensors, FP8, HQQ and GGUF files");
    };
  }
}
