package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.OperatorLine;
import dev.weft.federation.coordinator.OperatorRequest;
import dev.weft.privacy.keys.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A whole federation on this machine. */
@Command(
    name = "demo",
    description = {
      "Founds a federation on this machine, lets two sites join it, and plays a run: three real",
      "processes that speak over TLS, watched live. Everything is left in one folder."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final List<String> SITES = List.of("hospital-a", "hospital-b");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LIFE = Duration.ofHours(1);

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "weft-demo",
      description = "Folder of the demo, which must not exist; by default weft-demo.")
  private Path folder;

  private final Console console;
  private final List<Process> processes = new ArrayList<>();

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Files.exists(folder)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("--output: %s exists already; remove it, or choose another", folder));
    }
    Files.createDirectories(folder);
    DemoData.write(folder, SITES);
    Thread ending = new Thread(this::endSites, "end-demo");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      return play();
    } finally {
      endSites();
      Runtime.getRuntime().removeShutdownHook(ending);
    }
  }

  private int play() throws IOException, InterruptedException {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("coordinator"));
    String address = "localhost:" + freePort();
    say("weft init --home coordinator --name demo --address " + address);
    home.found("demo", List.of(Address.parse(address)), InstantSource.system());
    say("weft coordinator --home coordinator --run run.conf");
    Process coordinator =
        start(true, "coordinator", "coordinator", "--home", "coordinator", "--run", "run.conf");
    for (String site : SITES) {
      say("weft invite --home coordinator " + site);
      List<String> invited =
          OperatorLine.ask(home, new OperatorRequest.Invite(site, LIFE), PATIENCE);
      say("weft join --home " + site + " TOKEN");
      String token = invited.get(invited.size() - 1);
      if (start(false, site, "join", "--home", site, token).waitFor() != 0) {
        throw new WeftException(
            Problem.UNREACHABLE,
            Text.format("%s could not join; read %s", site, folder.resolve(site + ".log")));
      }
      say("weft client --home " + site + " --set data.source=" + site + ".csv");
      processes.add(
          start(false, site, "client", "--home", site, "--set", "data.source=" + site + ".csv"));
    }
    return coordinator.waitFor();
  }

  private void say(String command) {
    console.out().println("$ " + command);
    console.out().flush();
  }

  /** The same Weft in a process of its own, in the demo's folder. */
  private Process start(boolean shown, String log, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Weft.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
    Path file = folder.resolve(log + ".log");
    if (shown) {
      process.inheritIO();
    } else {
      process
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
    }
    return process.start();
  }

  private void endSites() {
    processes.forEach(Process::destroy);
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
