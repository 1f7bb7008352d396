package dev.weft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.GgufCheckpoint;
import dev.weft.checkpoint.GgufLora;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.OpenModel;
import dev.weft.core.Text;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.finetune.ModelInspection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private JsonOutput json;

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (batch < 1 || length < 1) {
      throw new WeftException(
          Problem.BAD_VALUE, (batch < 1 ? "--batch" : "--length") + ": must be at least 1");
    }
    Inspection inspection = new Inspection(json.beside(console).out(), tensors);
    json.write(console, inspect(inspection, new InspectionJson(tensors)));
    return 0;
  }

  /** Prints what is there, and returns how to say the same as figures. */
  private Supplier<ObjectNode> inspect(Inspection inspection, InspectionJson figures) {
    Optional<Path> path = path();
    if (path.map(run -> run.resolve(TunedModel.RUN_CONFIG)).filter(Files::isReadable).isPresent()) {
      inspection.run(path.get());
      return () -> figures.run(path.get());
    }
    Optional<Path> peft = path.flatMap(InspectCommand::peftWeights);
    if (peft.isPresent()) {
      inspection.peft(peft.get());
      return () -> figures.peft(peft.get());
    }
    if (file.endsWith(".gguf") && path.filter(Files::isRegularFile).isPresent()) {
      GgufCheckpoint gguf = GgufCheckpoint.open(path.get());
      if (GgufLora.isIn(gguf)) {
        inspection.gguf(gguf);
        return () -> figures.gguf(gguf);
      }
      return model(inspection, figures, ModelFiles.of(gguf));
    }
    return model(inspection, figures, ModelFiles.open(file));
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

  private Supplier<ObjectNode> model(
      Inspection inspection, InspectionJson figures, OpenModel model) {
    Map<String, String> overrides = new LinkedHashMap<>(settings);
    overrides.put("model.source", file);
    WeftConfig config = ConfigLoader.load(Optional.empty(), overrides);
    ModelInspection inspected = ModelInspection.of(model, config.model());
    requireCountable(inspected);
    inspection.model(inspected, batch, length);
    return () -> figures.model(inspected, batch, length);
  }

  private void requireCountable(ModelInspection model) {
    try {
      model.memory(batch, length);
    } catch (ArithmeticException e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--batch: %d examples of %d tokens (--length) take more memory than can be counted;"
                  + " lower one of them",
              batch, length),
          e);
    }
  }
}
