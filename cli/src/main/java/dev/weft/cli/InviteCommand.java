package dev.weft.cli;

import dev.weft.federation.coordinator.OperatorRequest;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Invites a site; the last line is the token that it joins with, once. */
@Command(
    name = "invite",
    description = "Invites a site; the last line is the token that it joins with, once.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class InviteCommand extends OperatorCommand {
  @Parameters(paramLabel = "SITE", description = "Name of the site, for people.")
  private String site;

  @Option(
      names = "--expires",
      defaultValue = "7d",
      paramLabel = "TIME",
      description = "How long the token is good, such as 12h; by default 7d.")
  private Duration life;

  InviteCommand(Console console) {
    super(console);
  }

  @Override
  OperatorRequest request() {
    return new OperatorRequest.Invite(site, life);
  }
}
