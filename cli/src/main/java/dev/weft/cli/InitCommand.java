package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import java.nio.file.Path;
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

  @Option(names = "--name", paramLabel = "NAME", description = "For people.")
  private String name;

  @Option(
      names = "--address",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "Where sites reach the coordinator, best first.")
  private List<String> addresses;

  @Option(
      names = "--csr",
      paramLabel = "FILE",
      description =
          "Has the authority certified by an outside one: writes the request (PKCS#10) for it"
              + " there.")
  private Path csr;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description =
          "Ends what --csr began: the authority's certificate and those above it up to the outside"
              + " root, in PEM.")
  private Path certificate;

  private final Console console;

  InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CoordinatorHome coordinator = new CoordinatorHome(home.path());
    if (certificate != null) {
      return founded(
          coordinator,
          coordinator.found(
              CarriedFile.read("--certificate", certificate),
              certificate.toString(),
              addresses == null ? List.of() : addresses(),
              InstantSource.system()));
    }
    require("--name", name, "tumour-board");
    require("--address", addresses, "fed.example.org:8443");
    if (csr == null) {
      return founded(coordinator, coordinator.found(name, addresses(), InstantSource.system()));
    }
    CarriedFile.write("--csr", csr, coordinator.request(name, addresses()));
    console.out().println("request      " + csr + " (PKCS#10; a CA of path length 0 is asked for)");
    console
        .out()
        .println(
            "next         weft init --home "
                + coordinator.folder()
                + " --certificate CHAIN.pem, when it is certified");
    return 0;
  }

  private static void require(String option, Object value, String example) {
    if (value == null) {
      throw new WeftException(
          Problem.BAD_VALUE, Text.format("%s: is missing; write %s %s", option, option, example));
    }
  }

  private List<Address> addresses() {
    return Address.parse(addresses);
  }

  private int founded(CoordinatorHome coordinator, Credentials made) {
    console
        .out()
        .println("federation   " + made.federation().name() + " (" + made.federation().id() + ")");
    console.out().println("fingerprint  " + made.federation().fingerprint());
    console.out().println("home         " + coordinator.folder());
    console.out().println("next         weft coordinator --home " + coordinator.folder());
    return 0;
  }
}
