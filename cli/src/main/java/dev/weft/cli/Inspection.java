package dev.weft.cli;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.ModelInspection;
import dev.weft.finetune.checkpoint.Architecture;
import dev.weft.finetune.checkpoint.Checkpoint;
import dev.weft.finetune.checkpoint.DecoderShape;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.checkpoint.GgufCheckpoint;
import dev.weft.finetune.checkpoint.ModelFiles;
import dev.weft.finetune.checkpoint.OpenModel;
import dev.weft.finetune.checkpoint.RawTensor;
import dev.weft.finetune.checkpoint.SafetensorsCheckpoint;
import dev.weft.finetune.text.TokenizerDefinition;
import dev.weft.finetune.transformer.MemoryNeed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Describes models, adapters and runs.
 *
 * @param everyTensor whether to list them all
 */
record Inspection(PrintWriter out, boolean everyTensor) {
  private static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";

  static boolean isAdapter(String file) {
    Path path = Path.of(file.startsWith("embedded:") ? "" : file);
    return Files.isReadable(path.resolve(ADAPTER_WEIGHTS))
        || path.endsWith(ADAPTER_WEIGHTS)
        || (file.endsWith(".gguf") && Files.isReadable(path) && isGgufAdapter(path));
  }

  private static boolean isGgufAdapter(Path path) {
    return GgufCheckpoint.open(path).metadata().text("general.type").equals(Optional.of("adapter"));
  }

  void model(String source, int batch, int length) {
    OpenModel files = ModelFiles.open(source);
    ModelInspection model = ModelInspection.of(files);
    TokenizerDefinition texts = TokenizerDefinition.of(files.tokenizer());
    fact("model", model.name());
    fact("architecture", dimensions(model.architecture()));
    fact(
        "tokenizer",
        "%s tokens, %s"
            .formatted(
                Figures.count(texts.vocabulary()),
                texts.chatTemplate().isPresent() ? "with a chat template" : "no chat template"));
    fact(
        "files",
        "%s in %s"
            .formatted(
                Figures.bytes(model.bytes()), Figures.counted(model.tensors().size(), "array")));
    out.println();
    Table formats = new Table("linear layers in", "layers", "weights", "bytes", "bits per weight");
    for (ModelInspection.Format format : model.formats()) {
      formats.row(
          format.scheme(),
          Figures.count(format.layers()),
          Figures.count(format.weights()),
          Figures.bytes(format.bytes()),
          Figures.format("%.3f", format.bitsPerWeight()));
    }
    formats.lines().forEach(out::println);
    out.println();
    MemoryNeed need = model.memory(batch, length);
    fact("training step", "of %d x %d tokens, beside the files' bytes:".formatted(batch, length));
    fact("", Figures.bytes(need.keptBytes()) + " of activations, everything kept");
    fact("", Figures.bytes(need.rematerializedBytes()) + " with engine.rematerialization = blocks");
    fact("", Figures.bytes(need.decodedBytes()) + " for the dense weights of one block");
    tensors(model.tensors());
  }

  void adapter(Path path) {
    Checkpoint weights =
        path.toString().endsWith(".gguf")
            ? GgufCheckpoint.open(path)
            : SafetensorsCheckpoint.open(
                path.endsWith(ADAPTER_WEIGHTS) ? path : path.resolve(ADAPTER_WEIGHTS));
    List<RawTensor> tensors =
        weights.names().stream().map(name -> weights.find(name).orElseThrow()).toList();
    List<Integer> ranks =
        tensors.stream()
            .filter(tensor -> tensor.name().toLowerCase(Locale.ROOT).contains("lora_a"))
            .map(tensor -> tensor.shape().get(0))
            .distinct()
            .sorted()
            .toList();
    fact("adapter", path.toString());
    fact("ranks", ranks.toString());
    fact(
        "layers",
        Long.toString(
            tensors.stream()
                .filter(tensor -> tensor.name().toLowerCase(Locale.ROOT).contains("lora_a"))
                .count()));
    fact(
        "values",
        "%s in %s"
            .formatted(
                Figures.count(tensors.stream().mapToLong(RawTensor::elements).sum()),
                Figures.bytes(
                    tensors.stream().mapToLong(tensor -> tensor.bytes().remaining()).sum())));
    tensors(tensors);
  }

  void run(Path folder) {
    WeftConfig config =
        ConfigLoader.load(Optional.of(folder.resolve(TunedModel.RUN_CONFIG)), Map.of());
    fact("run", folder.toString());
    fact("method", config.method().name());
    fact("model", config.model().source());
    fact("data", config.data().source());
    fact("seed", Long.toString(config.run().seed()));
    fact("rounds", "%d of %d committed".formatted(rounds(folder), config.run().rounds()));
    out.println();
    Table files = new Table("file", "bytes");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.row(folder.relativize(file).toString(), Figures.bytes(Files.size(file)));
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    files.lines().forEach(out::println);
  }

  /** The first line is of the start. */
  private static long rounds(Path folder) {
    try (Stream<String> lines = Files.lines(folder.resolve("metrics.jsonl"))) {
      return lines.filter(line -> !line.isBlank()).skip(1).count();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static WeftException unreadable(Path folder, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE,
        "%s: is no complete run folder (%s); name one that weft simulate wrote"
            .formatted(folder, cause.getMessage()),
        cause);
  }

  private void tensors(List<RawTensor> tensors) {
    if (everyTensor) {
      out.println();
      Table table = new Table("array", "type", "shape", "bytes");
      for (RawTensor tensor : tensors) {
        table.row(
            tensor.name(),
            tensor.type().toString(),
            tensor.shape().toString(),
            Figures.bytes(tensor.bytes().remaining()));
      }
      table.lines().forEach(out::println);
    }
  }

  private void fact(String name, String value) {
    out.println("%-14s%s".formatted(name, value));
  }

  private static String dimensions(Architecture architecture) {
    if (architecture instanceof Architecture.Encoder encoder) {
      EncoderShape shape = encoder.shape();
      return "BERT-type encoder, %d layers, hidden %d, %d heads, feed-forward %d, %d positions"
          .formatted(
              shape.layers(),
              shape.hidden(),
              shape.heads(),
              shape.feedForward(),
              shape.positions());
    }
    DecoderShape shape = ((Architecture.Decoder) architecture).shape();
    return "Llama-type decoder, %d layers, hidden %d, %d heads (%d key-value), feed-forward %d, %d positions"
        .formatted(
            shape.layers(),
            shape.hidden(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.feedForward(),
            shape.positions());
  }
}
