package dev.weft.cli;

import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.core.peft.PeftReader;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LabelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name a base model and perhaps an adapter for it. */
final class TunedModel {
  static final String RUN_CONFIG = "config.conf";
  static final String RUN_ADAPTER = "adapter";
  private static final String MAX_TOKENS = "model.max-tokens";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Base model: a folder, a .gguf file; default: that of the run.")
  private String model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A run folder, or an adapter folder as PEFT saves it.")
  private Path adapter;

  @Mixin private SettingsOption settings;

  /**
   * Where the adapter lies; empty for the base model alone.
   *
   * @throws WeftException if what is named holds none
   */
  Optional<Path> adapterFolder() {
    return Optional.ofNullable(adapter).map(TunedModel::adapterIn);
  }

  private static Path adapterIn(Path named) {
    if (!Files.isDirectory(named)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Files.exists(named)
              ? Text.format("--adapter: %s is a file; name the folder that it lies in", named)
              : Text.format("--adapter: there is no folder %s; check the path", named));
    }
    Path inRun = named.resolve(RUN_ADAPTER);
    if (Files.isDirectory(inRun)) {
      return inRun;
    }
    if (Files.exists(named.resolve(RUN_CONFIG))
        && !Files.exists(named.resolve(PeftAdapter.CONFIG))) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "--adapter: %s is a run that committed no round or has not ended, or holds the runs"
                  + " of several methods; name one run's folder in which there is %s",
              named, RUN_ADAPTER));
    }
    return named;
  }

  /** The run's configuration, or the defaults, with what the command line says instead. */
  WeftConfig config(Setting... more) {
    List<Setting> overrides = new ArrayList<>(List.of(more));
    if (runConfig().isEmpty()) {
      // A run's configuration says it, too, and has to be asked first: it may be --set otherwise.
      labels()
          .ifPresent(
              file ->
                  overrides.add(
                      new Setting(MAX_TOKENS, Integer.toString(file.maxTokens()), LabelFile.NAME)));
    }
    overrides.addAll(settings.list());
    if (model != null) {
      overrides.add(new Setting("model.source", model, "--model"));
    }
    return ConfigLoader.load(runConfig(), overrides, List.of());
  }

  /** What the adapter's head means; empty without an adapter, or where its folder does not say. */
  Optional<LabelFile> labels() {
    return adapterFolder().flatMap(LabelFile::in);
  }

  /** Whether the run, or the command line, says where training data is. */
  boolean knowsData() {
    return runConfig().isPresent() || settings.keys().contains("data.source");
  }

  /**
   * What the run noted of the examples it held out; empty where there is no run, or the command
   * line chooses other ones.
   */
  Optional<Digest> heldOut() {
    boolean asInTheRun =
        model == null
            && settings.keys().stream()
                .noneMatch(key -> key.startsWith("data.") || key.equals("run.seed"));
    return asInTheRun ? noted("digests.test") : Optional.empty();
  }

  /** A digest that the run wrote down; empty where there is no run. */
  private Optional<Digest> noted(String key) {
    return runConfig()
        .map(config -> JsonValues.read(config.resolveSibling("provenance.json")))
        .flatMap(provenance -> provenance.at(key))
        .map(Digest::new);
  }

  /** What is not as it should be with this base model, or with it under this adapter. */
  List<String> warnings(BaseModel opened) {
    List<String> warnings = new ArrayList<>(opened.warnings());
    Digest here = opened.facts().digest();
    noted("digests.model")
        .filter(trained -> !trained.equals(here))
        .ifPresent(
            trained ->
                warnings.add(
                    Text.format(
                        "the base model here has digest %s and that of the run %s: the adapter was"
                            + " trained on other weights, or on these in another quantization",
                        here.brief(), trained.brief())));
    return warnings;
  }

  private Optional<Path> runConfig() {
    return adapterFolder().map(folder -> adapter.resolve(RUN_CONFIG)).filter(Files::isReadable);
  }

  /** The base model, ready for an adapter on any of its layers. */
  BaseModel open(WeftConfig config) {
    if (model == null && runConfig().isEmpty() && !settings.keys().contains("model.source")) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "--model: name the base model, or a run folder with --adapter that knows it");
    }
    requireWhereTheRunHadIt(config.model().source());
    return BaseModel.open(config.model().forAnyLayer(), config.engine());
  }

  /** A run keeps the path of its base model as it was given, and may have been moved since. */
  private void requireWhereTheRunHadIt(String source) {
    boolean ofTheRun = model == null && !settings.keys().contains("model.source");
    if (ofTheRun && !source.equals(EmbeddedModel.SOURCE) && !Files.exists(Path.of(source))) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "--model: the base model of the run is not at %s, seen from here; name where it lies"
                  + " now",
              source));
    }
  }

  /** The adapter; one that changes nothing where none is named. */
  Adapter adapter(BaseModel opened, Optional<AdapterTarget.Head> head) {
    return adapterFolder()
        .map(folder -> PeftReader.read(folder, opened.linears(), head))
        .orElseGet(
            () ->
                Adapter.zeros(ChainAdapter.lora(1, 1), new AdapterTarget(opened.linears(), head)));
  }
}
