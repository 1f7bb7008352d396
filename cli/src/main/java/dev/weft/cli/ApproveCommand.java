package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Admits a site whose request was brought as a file; prints the file for it. */
@Command(
    name = "approve",
    description = {
      "Admits a site that cannot reach the coordinator yet, whose request was brought as a file",
      "(weft join --request); prints what it installs (weft join --install)."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ApproveCommand extends OperatorCommand {
  @Parameters(paramLabel = "REQUEST", description = "File that weft join --request has written.")
  private Path request;

  ApproveCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Approve(CarriedFile.read("REQUEST", request));
  }
}
