package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.site.IdleSites;
import dev.weft.core.Text;
import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.OperatorLine;
import dev.weft.federation.coordinator.OperatorRequest;
import dev.weft.privacy.keys.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What sites that only wait cost a coordinator, a process of its own whose sites dial as real ones
 * do. {@code -Dweft.idle=500} has that many.
 */
@EnabledOnOs(OS.LINUX)
class IdleSitesTest {
  private static final int SITES = Integer.getInteger("weft.idle", 25);
  private static final long MOST_MEBIBYTES = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private Processes processes;

  /** What a process holds, in MiB: heap that is in use after a collection, and what is resident. */
  private record Held(long heap, long resident) {}

  @AfterEach
  void endAll() throws InterruptedException {
    processes.endAll();
  }

  @Test
  void idleSitesAddLittle() throws Exception {
    processes = new Processes(folder);
    Address address = Address.parse("localhost:" + Processes.freePort());
    processes.call("init", "--home", "c", "--name", "board", "--address", address.toString());
    processes.start("coordinator", List.of("coordinator", "--home", "c"));
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    try (IdleSites sites = new IdleSites()) {
      for (int i = 0; i < SITES; i++) {
        sites.join(folder.resolve("s" + i), token(home, "site " + i));
      }
      Held none = held();

      List<CompletableFuture<Void>> welcome = new ArrayList<>();
      for (int i = 0; i < SITES; i++) {
        welcome.add(sites.dial(folder.resolve("s" + i), address, i));
      }
      welcome.forEach(site -> site.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
      Held all = held();
      System.out.println(
          Text.format(
              "%d idle sites add %d MiB of heap and %d MiB resident to %s",
              SITES, all.heap() - none.heap(), all.resident() - none.resident(), none));

      assertThat(OperatorLine.ask(home, new OperatorRequest.Sites(), PATIENCE, unheard -> {}))
          .hasSize(SITES)
          .allSatisfy(line -> assertThat(line).contains("is here"));
      assertThat(all.heap() - none.heap()).isLessThanOrEqualTo(MOST_MEBIBYTES);
      assertThat(all.resident() - none.resident()).isLessThanOrEqualTo(MOST_MEBIBYTES);
    }
  }

  private static String token(CoordinatorHome home, String site) {
    List<String> invited =
        OperatorLine.ask(
            home, new OperatorRequest.Invite(site, Duration.ofHours(1)), PATIENCE, unheard -> {});
    return invited.get(invited.size() - 1);
  }

  private Held held() throws IOException, InterruptedException {
    String pid = Long.toString(processes.of("coordinator").pid());
    jcmd(pid, "GC.run");
    jcmd(pid, "GC.run");
    long heap =
        jcmd(pid, "GC.heap_info").stream()
            .filter(line -> line.matches(".* used \\d+K.*"))
            .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".* used (\\d+)K.*", "$1")))
            .sum();
    long resident =
        Files.readAllLines(Path.of("/proc", pid, "status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
    return new Held(heap >> 10, resident >> 10);
  }

  private static List<String> jcmd(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    return lines;
  }
}
