package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends a run soon; what is committed stays. */
@Command(
    name = "stop",
    description = "Ends a run soon; what is committed stays.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class StopCommand extends OperatorCommand {
  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  private String run;

  StopCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Stop(run);
  }
}
