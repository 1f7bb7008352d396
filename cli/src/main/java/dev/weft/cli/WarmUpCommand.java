package dev.weft.cli;

import dev.weft.coordinator.RunEvent;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.CoordinatorListener;
import dev.weft.federation.coordinator.CoordinatorProcess;
import dev.weft.federation.report.RunReport;
import dev.weft.privacy.keys.Address;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Founds a federation that nobody needs, serves it, lets a site join and forgets it again, so that
 * the launcher can have Java keep the classes that a start takes; see {@code packaging/bin/weft}.
 */
@Command(
    name = "warm-up",
    description = {
      "Has Weft start in about half the time from now on, with the Java that is here. To be called",
      "once after Weft is installed, and again after a change of Weft or Java."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {
  private static final Duration LIFE = Duration.ofHours(1);

  private final Console console;

  WarmUpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("weft-warm-up-");
    try {
      return join(folder.resolve("site"), new CoordinatorHome(folder.resolve("coordinator")));
    } finally {
      delete(folder);
    }
  }

  private int join(Path site, CoordinatorHome home) throws IOException {
    Address address = Address.parse("localhost:" + DemoCommand.freePort());
    home.found("warm-up", List.of(address), InstantSource.system());
    try (CoordinatorProcess process =
        new CoordinatorProcess(
            home,
            ConfigLoader.load(
                Optional.of(home.configuration()),
                Setting.of(Map.of("coordinator.listen", "127.0.0.1:" + address.port())),
                List.of()),
            new Nobody())) {
      String token = process.invite("site", LIFE).text();
      Console unheard = new Console(new PrintWriter(Writer.nullWriter()), console.err(), 0);
      return Weft.run(unheard, "join", "--home", site.toString(), token);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** Watches nothing. */
  private static final class Nobody implements CoordinatorListener {
    @Override
    public void news(String line) {}

    @Override
    public void starting(
        String run, String method, int rounds, Path folder, List<String> warnings) {}

    @Override
    public void happened(RunEvent event) {}

    @Override
    public void reported(RunReport report) {}
  }
}
