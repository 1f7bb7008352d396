package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What to tell someone whose model folder holds weights, but none that Weft looks for there. */
final class OtherWeights {

  /** Files of one kind and what to do with them. */
  private record Kind(List<String> endings, String advice) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              List.of(".gguf", ".onnx", ".safetensors"), "give that file itself as model.source"),
          new Kind(
              List.of(".bin", ".pt", ".pth", ".ckpt"),
              "a pickle, which can run any program when it is read; save the model as safetensors"
                  + " (save_pretrained of a current transformers does)"),
          new Kind(
              List.of(".h5", ".msgpack", ".npz"),
              "another framework's weights; save the model as safetensors from PyTorch"));

  private OtherWeights() {}

  /** The end of a sentence whose subject is the folder. */
  static String in(Path folder) {
    String missing =
        Text.format(
            "holds neither %s nor %s", SafetensorsCheckpoint.WEIGHTS, SafetensorsCheckpoint.INDEX);
    List<String> names = names(folder);
    for (Kind kind : KINDS) {
      Optional<String> found =
          names.stream()
              .filter(name -> kind.endings().stream().anyMatch(name::endsWith))
              .findFirst();
      if (found.isPresent()) {
        return Text.format("%s, but %s, %s", missing, found.get(), kind.advice());
      }
    }
    return missing + "; download the model's safetensors files";
  }

  /** Without what is known to be no weights, such as tokenizer.bin. */
  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> PlainName.isPlain(name) && !name.startsWith("tok"))
          .filter(name -> !name.equals("training_args.bin"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", folder), e);
    }
  }
}
