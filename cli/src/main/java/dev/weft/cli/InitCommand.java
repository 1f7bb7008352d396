package dev.weft.cli;

import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Founds a federation. */
@Command(
    name = "init",
    description = {
      "Founds a federation: makes its certificate authority, the coordinator's keys and a",
      "commented weft.conf, and prints the fingerprint that sites compare."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  @Mixin private HomeOption home;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "For people.")
  private String name;

  @Option(
      names = "--address",
      required = true,
      split = ",",
      paramLabel = "HOST:PORT",
      description = "Where sites reach the coordinator, best first.")
  private List<String> addresses;

  private final Console console;

  InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CoordinatorHome coordinator = new CoordinatorHome(home.path());
    Credentials made =
        coordinator.found(
            name, addresses.stream().map(Address::parse).toList(), InstantSource.system());
    console
        .out()
        .println("federation   " + made.federation().name() + " (" + made.federation().id() + ")");
    console.out().println("fingerprint  " + made.federation().fingerprint());
    console.out().println("home         " + coordinator.folder());
    console.out().println("next         weft coordinator --home " + coordinator.folder());
    return 0;
  }
}
