package dev.weft.cli;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.finetune.ModelInspection;
import dev.weft.finetune.checkpoint.GgufCheckpoint;
import dev.weft.finetune.checkpoint.GgufLora;
import dev.weft.finetune.checkpoint.ModelFiles;
import dev.weft.finetune.checkpoint.OpenModel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a file or folder holds; {@link Inspection} knows the kinds. */
@Command(
    name = "inspect",
    description = "Says what is in a checkpoint, an adapter or a run folder.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "Model folder, .gguf, .safetensors, .onnx, adapter or run folder.")
  private String file;

  @Option(names = "--tensors", description = "List every array.")
  private boolean tensors;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples per step for the memory estimate. Default: ${DEFAULT-VALUE}.")
  private int batch = 4;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Tokens per example for the memory estimate. Default: ${DEFAULT-VALUE}.")
  private int length = 128;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "How the model would be held, such as model.quantization=nf4; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (batch < 1 || length < 1) {
      throw new WeftException(Problem.BAD_VALUE, "--batch, --length: must be at least 1");
    }
    Inspection inspection = new Inspection(console.out(), tensors);
    Optional<Path> path = path();
    if (path.map(run -> run.resolve(TunedModel.RUN_CONFIG)).filter(Files::isReadable).isPresent()) {
      inspection.run(path.get());
    } else if (path.flatMap(InspectCommand::peftWeights).isPresent()) {
      inspection.peft(path.flatMap(InspectCommand::peftWeights).get());
    } else if (file.endsWith(".gguf") && path.filter(Files::isRegularFile).isPresent()) {
      gguf(inspection, GgufCheckpoint.open(path.get()));
    } else {
      model(inspection, ModelFiles.open(file));
    }
    return 0;
  }

  /** Empty for a model that is no file. */
  private Optional<Path> path() {
    try {
      return Optional.of(Path.of(file)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The tensors of an adapter that PEFT saved, if the path is that file or the folder with it. */
  private static Optional<Path> peftWeights(Path path) {
    Path weights = path.endsWith(PeftAdapter.MODEL) ? path : path.resolve(PeftAdapter.MODEL);
    return Optional.of(weights).filter(Files::isReadable);
  }

  private void gguf(Inspection inspection, GgufCheckpoint gguf) {
    if (GgufLora.isIn(gguf)) {
      inspection.gguf(gguf);
    } else {
      model(inspection, ModelFiles.of(gguf));
    }
  }

  private void model(Inspection inspection, OpenModel model) {
    Map<String, String> overrides = new LinkedHashMap<>(settings);
    overrides.put("model.source", file);
    WeftConfig config = ConfigLoader.load(Optional.empty(), overrides);
    inspection.model(ModelInspection.of(model, config.model()), batch, length);
  }
}
