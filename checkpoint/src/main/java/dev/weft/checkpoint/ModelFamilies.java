package dev.weft.checkpoint;

import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The registry of families: a new one is a file of its own and a line here, or comes from a user's
 * jar ({@link FamilyProvider}).
 */
public final class ModelFamilies {
  /** GGUF files of a Mistral call it a Llama, which on disk it is; so the Llama comes first. */
  private static final Registry<ModelFamily> REGISTRY =
      new Registry<>(
          List.of(
              EncoderFamily.BERT,
              EncoderFamily.ROBERTA,
              EncoderFamily.XLM_ROBERTA,
              new LlamaDecoder(),
              new MistralDecoder(),
              new QwenDecoder("qwen2"),
              new QwenDecoder("qwen3"),
              new GemmaDecoder(),
              new Gemma3Decoder(),
              new Olmo2Decoder()),
          () -> Outside.of(FamilyProvider.class, FamilyProvider::families));

  private ModelFamilies() {}

  /** The family that {@code model_type} names. */
  static Optional<ModelFamily> of(String modelType) {
    return REGISTRY.find(modelType);
  }

  /** The family that {@code general.architecture} names. */
  static Optional<DecoderFamily> ofGguf(String architecture) {
    return decoders().filter(each -> each.ggufArchitecture().equals(architecture)).findFirst();
  }

  static List<String> names() {
    return REGISTRY.names();
  }

  static List<String> ggufArchitectures() {
    return decoders().map(DecoderFamily::ggufArchitecture).distinct().toList();
  }

  static Stream<EncoderFamily> encoders() {
    return ofKind(EncoderFamily.class);
  }

  private static Stream<DecoderFamily> decoders() {
    return ofKind(DecoderFamily.class);
  }

  private static <F extends ModelFamily> Stream<F> ofKind(Class<F> kind) {
    return REGISTRY.all().stream().filter(kind::isInstance).map(kind::cast);
  }

  /** Where a family comes from, unless it is Weft's own. */
  public static Origins origins(ModelFamily family) {
    return REGISTRY.origins(family);
  }
}
