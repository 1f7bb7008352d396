package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A federation of real processes on this machine, as its operators start them: founded, invited,
 * joined, and a run whose coordinator and sites are killed by the system at seeded moments. It ends
 * with the bits of a simulation of the same configuration. {@code -Dweft.kills=N} asks for more
 * kills than the few that every build makes.
 */
class AcrossSitesTest {
  private static final int KILLS = Integer.getInteger("weft.kills", 3);
  private static final long SEED = Long.getLong("weft.kills.seed", 20261130);
  private static final List<String> SITES =
      List.of("hospital-a", "St. Mary's hospital", "بیمارستان");
  private static final long LIVENESS_MINUTES = 10;
  private static final int LONGEST_LIFE_MILLIS = 12_000;

  @TempDir private Path folder;
  private Processes processes;
  private String addressOfCoordinator;

  @BeforeEach
  void writeFiles() throws IOException {
    processes = new Processes(folder);
    addressOfCoordinator = "localhost:" + Processes.freePort();
    SeededRandom random = new Seed(5).random();
    List<String> all = new ArrayList<>(List.of("client,text,label"));
    for (int site = 0; site < SITES.size(); site++) {
      List<String> own = new ArrayList<>(List.of("text,label"));
      for (int i = 0; i < 20 + 7 * site; i++) {
        String row = row(random);
        own.add(row);
        all.add('"' + SITES.get(site) + "\"," + row);
      }
      Files.write(folder.resolve("site-" + site + ".csv"), own);
    }
    Files.write(folder.resolve("all.csv"), all);
    Files.write(folder.resolve("test.csv"), rows(random, 24));
    Files.write(folder.resolve("public.csv"), rows(random, 30));
    String run =
        """
        run { name = %s, rounds = 3, output = %s, sites = ["%s"] }
        method.rank = 4
        training { local-steps = 4, batch-size = 4 }
        round { attempts = 100, retry-delay = 1s, progress-deadline = 1m }
        engine { precision = float32, memory = 2 GB }
        data { test-source = test.csv, public-source = public.csv }
        """;
    String sites = String.join("\", \"", SITES);
    Files.writeString(folder.resolve("run.conf"), Text.format(run, "across", "runs", sites));
    Files.writeString(
        folder.resolve("simulation.conf"),
        Text.format(run, "simulated", "runs", sites)
            + "data.source = all.csv\nsimulation.partition.scheme = column\n");
  }

  private static List<String> rows(SeededRandom random, int number) {
    List<String> rows = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < number; i++) {
      rows.add(row(random));
    }
    return rows;
  }

  private static String row(SeededRandom random) {
    List<String> kinds = List.of("animal", "food", "tool");
    int kind = random.nextInt(kinds.size());
    List<List<String>> words =
        List.of(
            List.of("dog", "horse", "bird"),
            List.of("bread", "soup", "rice"),
            List.of("saw", "drill", "lever"));
    return Text.format(
        "a %s that number %d has,%s",
        words.get(kind).get(random.nextInt(3)), random.nextInt(1000), kinds.get(kind));
  }

  @AfterEach
  void endAll() throws InterruptedException {
    processes.close();
  }

  @Test
  void aRunWhoseProcessesAreKilledEndsWithTheBitsOfASimulation() throws Exception {
    assertThat(processes.call("simulate", "simulation.conf", "--quiet").status()).isZero();
    processes.call(
        "init", "--home", "c", "--name", "tumour board", "--address", addressOfCoordinator);
    processes.start("coordinator", coordinator());
    for (int site = 0; site < SITES.size(); site++) {
      List<String> invited = processes.call("invite", "--home", "c", SITES.get(site)).lines();
      String token = invited.get(invited.size() - 1);
      assertThat(processes.call("join", "--home", "s" + site, token).status()).isZero();
      processes.start("site-" + site, site(site));
    }

    SeededRandom random = new Seed(SEED).of("kills").random();
    StringBuilder schedule = new StringBuilder(Text.format("seed %d:", SEED));
    int kills = 0;
    while (kills < KILLS && !processes.await("coordinator", random.nextInt(LONGEST_LIFE_MILLIS))) {
      int victim = random.nextInt(SITES.size() + 1);
      String name = victim == SITES.size() ? "coordinator" : "site-" + victim;
      schedule.append(' ').append(name);
      processes.kill(name);
      processes.start(name, victim == SITES.size() ? coordinator() : site(victim));
      kills++;
    }
    assertThat(processes.await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as("the run ended; %s; %s", schedule, processes.log("coordinator"))
        .isTrue();

    assertThat(processes.of("coordinator").exitValue()).as(processes.log("coordinator")).isZero();
    assertThat(digest("across")).as(schedule.toString()).isEqualTo(digest("simulated"));
    assertThat(folder.resolve("runs/across"))
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/adapter");
  }

  private static List<String> coordinator() {
    return List.of("coordinator", "--home", "c", "--run", "run.conf");
  }

  private static List<String> site(int number) {
    return List.of(
        "client", "--home", "s" + number, "--set", "data.source=site-" + number + ".csv");
  }

  private String digest(String run) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve("runs").resolve(run).resolve("summary.json").toFile())
        .get("adapterDigest")
        .asText();
  }
}
