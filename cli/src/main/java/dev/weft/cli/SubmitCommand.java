package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Queues a run; prints its name. */
@Command(
    name = "submit",
    description = "Queues a run; prints its name.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SubmitCommand extends OperatorCommand {
  @Parameters(paramLabel = "run.conf", description = "Configuration of the run.")
  private Path file;

  SubmitCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Submit(file);
  }
}
