package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of the model that {@code model.source} names: a Hugging Face style folder (or the
 * {@code .safetensors} or {@code .onnx} file in it, if {@code config.json} lies beside), a {@code
 * .gguf} file, or the embedded model.
 */
public final class ModelFiles {
  private static final List<String> LLAMA2C_NAMES = List.of("tokenizer.bin", "tok512.bin");

  private ModelFiles() {}

  /**
   * Reads descriptions and headers and checks them against each other; arrays are read when used.
   *
   * @throws WeftException if a file is missing or malformed, or the model is of a kind Weft does
   *     not support
   */
  public static OpenModel open(String source) {
    if (source.equals(EmbeddedModel.SOURCE)) {
      return EmbeddedModel.open();
    }
    Path path = path(source);
    if (Files.isDirectory(path)) {
      return described(path, path);
    }
    if (!Files.exists(path)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "model.source: \"%s\" does not exist; name a model folder, a .gguf file or \"%s\"",
              source, EmbeddedModel.SOURCE));
    }
    String file = path.getFileName().toString();
    if (file.endsWith(".gguf")) {
      return of(GgufCheckpoint.open(path));
    }
    if (file.endsWith(".safetensors") || file.endsWith(".onnx")) {
      return described(path.toAbsolutePath().getParent(), path);
    }
    throw new WeftException(
        Problem.UNSUPPORTED_MODEL,
        Text.format(
                "model.source: \"%s\" is not a model Weft can read; name a model folder or a"
                    + " .gguf,",
                source)
            + " .safetensors or .onnx file");
  }

  private static Path path(String source) {
    try {
      return Path.of(source);
    } catch (InvalidPathException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("model.source: \"%s\" is not a path; name a model folder or file", source),
          e);
    }
  }

  /** A model that {@code config.json} describes. */
  private static OpenModel described(Path folder, Path weights) {
    if (!Files.exists(folder.resolve(HuggingFaceConfig.NAME))) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: has no %s; name a complete model folder or a .gguf file",
              folder, HuggingFaceConfig.NAME));
    }
    HuggingFaceConfig config = HuggingFaceConfig.read(folder);
    Architecture architecture = config.architecture();
    return new OpenModel(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        architecture,
        weights(weights, architecture),
        config.quantization(),
        tokenizer(folder));
  }

  private static Checkpoint weights(Path path, Architecture architecture) {
    boolean onnx = path.toString().endsWith(".onnx");
    if (architecture instanceof Architecture.Encoder encoder) {
      return EncoderWeights.of(
          onnx ? OnnxEncoder.weights(onnx(path)) : SafetensorsCheckpoint.open(path),
          encoder.shape());
    }
    if (onnx) {
      throw new WeftException(
          Problem.UNSUPPORTED_MODEL,
          Text.format(
              "%s: is a language model in ONNX form; use its safetensors files or a .gguf file",
              path));
    }
    return DecoderWeights.checked(
        SafetensorsCheckpoint.open(path), ((Architecture.Decoder) architecture).shape());
  }

  private static OnnxModel onnx(Path path) {
    MappedFile file = MappedFile.open(path);
    if (file.size() > MappedFile.LONGEST_PART) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: is larger than the 2 GiB an ONNX file can have; use the model's safetensors"
                  + " files",
              path));
    }
    return OnnxModel.read(file.map(0, file.size()), path.toString());
  }

  /**
   * The model in a GGUF file that is open already.
   *
   * @throws WeftException if it holds none that Weft supports
   */
  public static OpenModel of(GgufCheckpoint file) {
    GgufDecoder decoder = GgufDecoder.of(file);
    return new OpenModel(
        file.metadata()
            .name("general.name")
            .orElseGet(() -> Path.of(file.source()).getFileName().toString()),
        decoder.architecture(),
        DecoderWeights.checked(decoder.weights(), decoder.shape()),
        Optional.empty(),
        new TokenizerSource.Gguf(file.metadata()));
  }

  private static TokenizerSource tokenizer(Path folder) {
    Optional<Path> definition = present(folder.resolve("tokenizer.json"));
    if (definition.isPresent()) {
      return new TokenizerSource.HuggingFace(
          definition.get(),
          present(folder.resolve("tokenizer_config.json")),
          present(folder.resolve("chat_template.jinja")));
    }
    for (String name : LLAMA2C_NAMES) {
      Optional<Path> pieces = present(folder.resolve(name));
      if (pieces.isPresent()) {
        return new TokenizerSource.Llama2C(pieces.get());
      }
    }
    throw new WeftException(
        Problem.MISSING_FILE,
        Text.format(
                "%s: has no tokenizer.json; download it with the model, or save the model's fast"
                    + " tokenizer",
                folder)
            + " there");
  }

  private static Optional<Path> present(Path path) {
    Optional<Path> file = Optional.of(path).filter(Files::isRegularFile);
    file.ifPresent(FileContent::requireGenuine);
    return file;
  }
}
