package dev.weft.cli;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    if (isRun()) {
      inspection.run(Path.of(file));
    } else if (Inspection.isAdapter(file)) {
      inspection.adapter(Path.of(file));
    } else {
      inspection.model(file, batch, length);
    }
    return 0;
  }

  private boolean isRun() {
    return !file.startsWith("embedded:")
        && Files.isReadable(Path.of(file).resolve(TunedModel.RUN_CONFIG));
  }
}
