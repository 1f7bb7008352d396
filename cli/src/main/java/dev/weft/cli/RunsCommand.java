package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;

/** Lists the runs: name, how far it is, where its results are. */
@Command(
    name = "runs",
    description = "Lists the runs: name, how far it is, where its results are.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class RunsCommand extends OperatorCommand {
  RunsCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Runs();
  }
}
