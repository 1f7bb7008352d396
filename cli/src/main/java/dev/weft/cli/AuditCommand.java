package dev.weft.cli;

import dev.weft.client.audit.AuditChain;
import dev.weft.client.site.SiteHome;
import dev.weft.core.Text;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads a site's own record of what it was offered, trained and sent. */
@Command(
    name = "audit",
    description = "Reads this site's own record of what it was offered, trained and sent.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Runnable {
  private static final int BROKEN = 1;

  private final Console console;

  @Spec private CommandSpec spec;

  AuditCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "verify",
      description = {
        "Checks that every line holds the digest of the one before; says the first that does not,",
        "and exits with 1. Note the last digest elsewhere to see later that nothing was cut off."
      },
      mixinStandardHelpOptions = true)
  int verify(@Mixin HomeOption home) {
    Path file = new SiteHome(home.path()).audit();
    AuditChain chain = AuditChain.of(file);
    if (chain.broken().isPresent()) {
      console.out().println(file + ": " + chain.broken().get());
      return BROKEN;
    }
    console.out().println(Text.format("%s: %d lines, an unbroken chain", file, chain.lines()));
    if (chain.torn() > 0) {
      console
          .out()
          .println("its last line was cut short by a crash; the next weft client will say so");
    }
    console.out().println("last digest  " + chain.last());
    return 0;
  }

  @Command(
      name = "show",
      description = "Prints all entries, one JSON object a line, oldest first.",
      mixinStandardHelpOptions = true)
  void show(@Mixin HomeOption home) {
    AuditChain.linesOf(new SiteHome(home.path()).audit()).forEach(console.out()::println);
  }
}
