package dev.weft.checkpoint;

import java.util.List;
import java.util.Optional;

/** The families of decoders that Weft reads. */
final class DecoderFamilies {
  /** GGUF files of a Mistral call it a Llama, which on disk it is; so the Llama comes first. */
  private static final List<DecoderFamily> ALL =
      List.of(
          new LlamaDecoder(),
          new MistralDecoder(),
          new QwenDecoder("qwen2"),
          new QwenDecoder("qwen3"),
          new GemmaDecoder(),
          new Gemma3Decoder(),
          new Olmo2Decoder());

  private DecoderFamilies() {}

  /** The family that {@code model_type} names. */
  static Optional<DecoderFamily> of(String modelType) {
    return ALL.stream().filter(family -> family.modelType().equals(modelType)).findFirst();
  }

  /** The family that {@code general.architecture} names. */
  static Optional<DecoderFamily> ofGguf(String architecture) {
    return ALL.stream()
        .filter(family -> family.ggufArchitecture().equals(architecture))
        .findFirst();
  }

  static List<String> modelTypes() {
    return ALL.stream().map(DecoderFamily::modelType).toList();
  }

  static List<String> ggufArchitectures() {
    return ALL.stream().map(DecoderFamily::ggufArchitecture).distinct().toList();
  }
}
