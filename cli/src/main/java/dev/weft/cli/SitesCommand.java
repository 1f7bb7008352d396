package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;

/** Lists the sites that have joined, and which of them are here. */
@Command(
    name = "sites",
    description = "Lists the sites that have joined, and which of them are here.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SitesCommand extends OperatorCommand {
  SitesCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Sites();
  }
}
