package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Goes on with a run that was stopped or has failed. */
@Command(
    name = "resume",
    description = "Goes on with a run that was stopped or has failed.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ResumeCommand extends OperatorCommand {
  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  private String run;

  ResumeCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Resume(run);
  }
}
