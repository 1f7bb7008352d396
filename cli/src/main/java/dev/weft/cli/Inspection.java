package dev.weft.cli;

import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.GgufCheckpoint;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import dev.weft.core.Amounts;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.finetune.ModelFacts;
import dev.weft.finetune.ModelInspection;
import dev.weft.finetune.ModelTokenizer;
import dev.weft.finetune.transformer.MemoryNeed;
import dev.weft.text.TokenizerDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes models, adapters and runs.
 *
 * @param everyTensor whether to list them all
 */
record Inspection(PrintWriter out, boolean everyTensor) {
  private static final Optional<String> TRUE = Optional.of("true");

  /** What PEFT, or llama.cpp in small letters, calls the tensors that tell layers and ranks. */
  private static final List<String> LEADING =
      AdapterForm.kinds().stream()
          .flatMap(kind -> kind.peft().stream())
          .map(form -> lowerCase(form.layered().get(form.leading()).replace(".weight", "")))
          .distinct()
          .toList();

  /**
   * @param batch examples per step, for the memory estimate
   * @param length tokens per example
   */
  void model(ModelInspection model, int batch, int length) {
    OpenModel files = model.model();
    TokenizerDefinition texts = ModelTokenizer.of(files);
    fact("model", files.name());
    fact("architecture", dimensions(files.architecture()));
    fact(
        "tokenizer",
        Text.format(
            "%s tokens, %s",
            Figures.count(texts.vocabulary()),
            texts.chat().template().isPresent() ? "with a chat template" : "no chat template"));
    fact(
        "files",
        Text.format(
            "%s in %s",
            Amounts.bytes(model.bytes()), Figures.counted(model.tensors().size(), "array")));
    out.println();
    Table formats = new Table("linear layers in", "layers", "weights", "bytes", "bits per weight");
    for (ModelInspection.Format format : model.formats()) {
      formats.row(
          format.scheme(),
          Figures.count(format.layers()),
          Figures.count(format.weights()),
          Amounts.bytes(format.bytes()),
          Text.format("%.3f", format.bitsPerWeight()));
    }
    formats.lines().forEach(out::println);
    out.println();
    held(model.facts(), model.memory(batch, length), Text.format("%d x %d", batch, length));
    tensors(model.tensors());
  }

  private void held(ModelFacts held, MemoryNeed need, String step) {
    fact(
        "held as",
        Text.format(
            "%s, linear layers at %.3f bits per weight; %s for %s parameters",
            held.quantization(),
            held.bitsPerWeight(),
            Amounts.bytes(held.residentBytes()),
            Figures.count(held.parameters())));
    fact("digest", held.digest().hex());
    long weights = held.residentBytes() + need.decodedBytes();
    fact(
        "training",
        Text.format(
            "steps of %s tokens take about %s: what is held, %s for one block's dense weights and"
                + " %s of activations",
            step,
            Amounts.bytes(weights + need.keptBytes()),
            Amounts.bytes(need.decodedBytes()),
            Amounts.bytes(need.keptBytes())));
    fact(
        "",
        Text.format(
            "or %s with engine.rematerialization = blocks",
            Amounts.bytes(weights + need.rematerializedBytes())));
  }

  /** An adapter that PEFT saved. */
  void peft(Path weights) {
    JsonValues config = JsonValues.read(weights.resolveSibling(PeftAdapter.CONFIG));
    fact("adapter", weights.toString());
    config.at("base_model_name_or_path").ifPresent(base -> fact("base model", base));
    config
        .at("peft_type")
        .ifPresent(
            type ->
                fact(
                    "form",
                    Text.format(
                        "%s, r %s%s%s%s",
                        type,
                        config.at("r").orElse("unknown"),
                        config.at("lora_alpha").map(alpha -> ", alpha " + alpha).orElse(""),
                        config.at("use_rslora").equals(TRUE) ? ", rank-stabilised" : "",
                        config.at("use_dora").equals(TRUE) ? ", DoRA" : "")));
    adapter(SafetensorsCheckpoint.open(weights), weights);
  }

  /** An adapter for llama.cpp. */
  void gguf(GgufCheckpoint adapter) {
    fact("adapter", adapter.source());
    adapter
        .metadata()
        .text("general.architecture")
        .ifPresent(architecture -> fact("base model", "of architecture " + architecture));
    fact("form", "LoRA, alpha " + adapter.metadata().number("adapter.lora.alpha").orElse(0));
    adapter(adapter, Path.of(adapter.source()));
  }

  private void adapter(Checkpoint adapter, Path file) {
    List<RawTensor> tensors = tensors(adapter);
    List<RawTensor> factors = factors(tensors);
    fact("layers", Text.format("%s, ranks %s", Figures.count(factors.size()), ranks(factors)));
    fact(
        "values",
        Text.format(
            "%s in %s",
            Figures.count(tensors.stream().mapToLong(RawTensor::elements).sum()),
            Amounts.bytes(tensors.stream().mapToLong(tensor -> tensor.bytes().remaining()).sum())));
    fact("digest", Text.format("%s of %s", digest(file), file.getFileName()));
    tensors(tensors);
  }

  static List<RawTensor> tensors(Checkpoint adapter) {
    return adapter.names().stream().map(name -> adapter.find(name).orElseThrow()).toList();
  }

  /** One tensor of every adapted layer, with the rank along its first axis. */
  static List<RawTensor> factors(List<RawTensor> tensors) {
    return tensors.stream()
        .filter(tensor -> LEADING.stream().anyMatch(lowerCase(tensor.name())::contains))
        .toList();
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  static List<Integer> ranks(List<RawTensor> factors) {
    return factors.stream().map(tensor -> tensor.shape().get(0)).distinct().sorted().toList();
  }

  static Digest digest(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return Digest.of(bytes);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file), e);
    }
  }

  void run(Path folder) {
    WeftConfig config =
        ConfigLoader.load(Optional.of(folder.resolve(TunedModel.RUN_CONFIG)), Map.of());
    fact("run", folder.toString());
    fact("method", config.method().name());
    fact("model", config.model().source());
    fact("data", config.data().source());
    fact("seed", Long.toString(config.run().seed()));
    fact("rounds", Text.format("%d of %d committed", rounds(folder), config.run().rounds()));
    digests(JsonValues.read(folder.resolve("provenance.json")));
    out.println();
    Table files = new Table("file", "bytes");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.row(folder.relativize(file).toString(), Amounts.bytes(Files.size(file)));
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    files.lines().forEach(out::println);
  }

  /** Those that the run wrote at its end; its adapter's is over the state, not over a file. */
  private void digests(JsonValues provenance) {
    if (provenance.at("digests").isEmpty()) {
      fact("digests", "none yet: the run has not ended");
    }
    provenance.at("digests.model").ifPresent(digest -> fact("model digest", digest));
    provenance.at("digests.adapter").ifPresent(digest -> fact("adapter digest", digest));
  }

  /** The first line is of the start. */
  static long rounds(Path folder) {
    try (Stream<String> lines = Files.lines(folder.resolve("metrics.jsonl"))) {
      return lines.filter(line -> !line.isBlank()).skip(1).count();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static WeftException unreadable(Path folder, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE,
        Text.format(
            "%s: is no complete run folder (%s); name one that weft simulate wrote",
            folder, cause.getMessage()),
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
            Amounts.bytes(tensor.bytes().remaining()));
      }
      table.lines().forEach(out::println);
    }
  }

  private void fact(String name, String value) {
    out.println(Text.format("%-16s%s", name, value));
  }

  private static String dimensions(Architecture architecture) {
    if (architecture instanceof Architecture.Encoder encoder) {
      EncoderShape shape = encoder.shape();
      return Text.format(
          "BERT-type encoder, %d layers, hidden %d, %d heads, feed-forward %d, %d positions",
          shape.layers(), shape.hidden(), shape.heads(), shape.feedForward(), shape.positions());
    }
    DecoderShape shape = ((Architecture.Decoder) architecture).shape();
    return Text.format(
        "Llama-type decoder, %d layers, hidden %d, %d heads (%d key-value), feed-forward %d, %d"
            + " positions%s",
        shape.layers(),
        shape.hidden(),
        shape.heads(),
        shape.keyValueHeads(),
        shape.feedForward(),
        shape.positions(),
        windows(shape));
  }

  private static String windows(DecoderShape shape) {
    List<Integer> sliding =
        shape.blocks().stream()
            .map(DecoderBlock::window)
            .filter(window -> window < shape.positions())
            .toList();
    return sliding.isEmpty()
        ? ""
        : Text.format(
            ", of which tokens see %s in %d layers",
            sliding.stream().distinct().map(String::valueOf).collect(Collectors.joining(" or ")),
            sliding.size());
  }
}
