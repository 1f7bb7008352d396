package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shuts a site out of the federation, now and from now on. */
@Command(
    name = "revoke",
    description = "Shuts a site out of the federation, now and from now on.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class RevokeCommand extends OperatorCommand {
  @Parameters(paramLabel = "SITE", description = "Name of the site.")
  private String site;

  RevokeCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Revoke(site);
  }
}
