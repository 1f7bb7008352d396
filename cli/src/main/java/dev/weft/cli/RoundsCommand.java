package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the committed rounds of a run, a line of JSON each. */
@Command(
    name = "rounds",
    description = "Prints the committed rounds of a run, a line of JSON each.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class RoundsCommand extends OperatorCommand {
  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  private String run;

  RoundsCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Rounds(run);
  }
}
