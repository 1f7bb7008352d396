package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A federation of real processes on this machine, as its operators start them: founded, invited,
 * joined, and a run whose coordinator and sites are killed by the system at seeded moments. It ends
 * with the bits of a simulation of the same configuration, and with what sites measured on held-out
 * examples of their own.
 *
 * <p>{@code -Dweft.kills=N} asks for more kills than the few that every build makes, in as many
 * runs as that takes; every other one is of the coordinator. {@code -Dweft.kills.seed=S} replays
 * them from another seed.
 */
class AcrossSitesTest {
  private static final int KILLS = Integer.getInteger("weft.kills", 2);
  private static final long SEED = Long.getLong("weft.kills.seed", 20261130);
  private static final List<String> SITES =
      List.of("hospital-a", "St. Mary's hospital", "بیمارستان", "hospital-d");
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
      Files.write(folder.resolve("held-out-" + site + ".csv"), rows(random, 9 + 4 * site));
    }
    Files.write(folder.resolve("all.csv"), all);
    Files.write(folder.resolve("test.csv"), rows(random, 24));
    Files.write(folder.resolve("public.csv"), rows(random, 30));
  }

  private void writeRun(String name, String more) throws IOException {
    String run =
        Text.format(
            """
            run { name = %s, rounds = 3, output = runs, sites = ["%s"] }
            method.rank = 4
            training { local-steps = 4, batch-size = 4 }
            round { attempts = 100, retry-delay = 1s, progress-deadline = 1m }
            engine { precision = float32, memory = 2 GB }
            data.public-source = public.csv
            """,
            name, String.join("\", \"", SITES));
    Files.writeString(folder.resolve(name + ".conf"), run + more);
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
    processes.endAll();
  }

  @Test
  void runsWhoseProcessesAreKilledEndWithTheBitsOfASimulation() throws Exception {
    simulate("test.csv");
    found();
    for (int site = 0; site < SITES.size(); site++) {
      processes.start("site-" + site, site(site));
    }

    int killed = 0;
    for (int number = 0; killed < KILLS; number++) {
      writeRun("across-" + number, "data.test-source = test.csv\n");
      List<String> victims = play("across-" + number, KILLS - killed);
      killed += victims.size();
      System.out.println(
          Text.format("across-%d, seed %d: %s", number, SEED, String.join(" ", victims)));
    }

    assertThat(folder.resolve("runs/across-0"))
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/adapter");
    JsonNode atSites = summary("across-0").get("final").get("atSites");
    List<String> accounted = texts(atSites.get("sites"));
    atSites.get("missing").fieldNames().forEachRemaining(accounted::add);
    assertThat(accounted).containsExactlyInAnyOrderElementsOf(SITES);
  }

  /** What sites count together is what one would measure who had all their held-out examples. */
  @Test
  void sitesMeasureForACoordinatorWithoutHeldOutExamples() throws Exception {
    List<String> pooled = new ArrayList<>(Files.readAllLines(folder.resolve("held-out-0.csv")));
    for (int site = 2; site < SITES.size(); site++) {
      List<String> more = Files.readAllLines(folder.resolve("held-out-" + site + ".csv"));
      pooled.addAll(more.subList(1, more.size()));
    }
    Files.write(folder.resolve("pooled.csv"), pooled);
    simulate("pooled.csv");
    writeRun("elsewhere", "");
    found();
    for (int site = 0; site < SITES.size(); site++) {
      List<String> arguments = new ArrayList<>(site(site));
      arguments.addAll(
          List.of("--set", "client.policy.losses=" + (site == 1 ? "withhold" : "share")));
      processes.start("site-" + site, arguments);
    }
    processes.start("coordinator", coordinator("elsewhere"));

    assertThat(processes.await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as(processes.log("coordinator"))
        .isTrue();

    assertThat(processes.of("coordinator").exitValue()).as(processes.log("coordinator")).isZero();
    assertThat(processes.log("coordinator"))
        .contains("at 3 sites: test loss")
        .doesNotContain("not measured")
        .doesNotContainIgnoringCase("warn");
    JsonNode elsewhere = summary("elsewhere");
    assertThat(elsewhere.get("adapterDigest")).isEqualTo(summary("simulated").get("adapterDigest"));
    assertThat(elsewhere.get("warnings")).isEmpty();
    for (int round = 0; round <= 3; round++) {
      JsonNode mean = round(elsewhere, round).get("atSites");
      JsonNode simulated = round(summary("simulated"), round);
      assertThat(texts(mean.get("sites")))
          .containsExactlyInAnyOrder(SITES.get(0), SITES.get(2), SITES.get(3));
      assertThat(texts(mean.get("withheld"))).containsExactly(SITES.get(1));
      assertThat(mean.get("missing")).isEmpty();
      assertThat(mean.get("examples").intValue()).isEqualTo(9 + 17 + 21);
      assertThat(mean.get("accuracy").doubleValue())
          .isEqualTo(simulated.get("accuracy").doubleValue());
      assertThat(mean.get("testLoss").doubleValue())
          .isCloseTo(simulated.get("testLoss").doubleValue(), within(1e-4));
      assertThat(round(elsewhere, round).get("testLoss").isNull()).isTrue();
    }
    assertThat(Files.readAllLines(folder.resolve("runs/elsewhere/metrics.jsonl")))
        .hasSize(4)
        .allMatch(line -> line.contains("\"atSites\""));
    assertThat(Files.readString(folder.resolve("s0/reports/elsewhere.json")))
        .contains("\"heldOut\"", "held-out-0.csv");
    assertThat(processes.log("site-1")).contains("loss ").doesNotContain("held-out examples");
    assertThat(processes.log("site-0")).contains("on 9 held-out examples");
  }

  /** As under a batch scheduler: a job has its time, and the next one goes on where it stopped. */
  @EnabledIfSystemProperty(
      named = "weft.jobs",
      matches = "true",
      disabledReason = "it takes minutes; KilledTrainingTest shows the same bits in every build")
  @Test
  void aSiteWhoseTimeIsUpEndsWellAndItsNextJobGoesOn() throws Exception {
    String one =
        """
        run { rounds = 1, output = runs }
        method.rank = 4
        training { local-steps = 120, batch-size = 4 }
        round { attempts = 100, retry-delay = 1s, progress-deadline = 5m }
        engine { precision = float32, memory = 2 GB }
        data { public-source = public.csv, test-source = test.csv }
        """;
    Files.writeString(
        folder.resolve("jobs.conf"),
        one + Text.format("run { name = jobs, sites = [\"%s\"] }\n", SITES.get(0)));
    Files.writeString(
        folder.resolve("whole.conf"),
        one + "run.name = whole\ndata.source = own.csv\nsimulation.partition.scheme = column\n");
    List<String> own = new ArrayList<>(List.of("client,text,label"));
    Files.readAllLines(folder.resolve("site-0.csv")).stream()
        .skip(1)
        .forEach(row -> own.add(SITES.get(0) + "," + row));
    Files.write(folder.resolve("own.csv"), own);
    assertThat(processes.call("simulate", "whole.conf", "--quiet").status()).isZero();
    found();
    Process coordinator = processes.start("coordinator", coordinator("jobs"));
    Path kept = folder.resolve("s0/training/kept.safetensors");
    int seconds = 8;
    boolean goesOn = false;
    while (coordinator.isAlive()) {
      List<String> job = new ArrayList<>(site(0));
      job.addAll(List.of("--once", "--max-time", seconds + "s"));
      Files.deleteIfExists(folder.resolve("job.log"));
      assertThat(processes.start("job", job).waitFor()).as(processes.log("job")).isZero();
      if (goesOn && processes.log("job").contains("round 1")) {
        assertThat(processes.log("job")).contains("goes on after ");
      }
      goesOn = Files.exists(kept);
      seconds += 4;
    }

    assertThat(coordinator.exitValue()).as(processes.log("coordinator")).isZero();
    assertThat(digest("jobs")).isEqualTo(digest("whole"));
    assertThat(kept).as("the coordinator has the update").doesNotExist();
  }

  private static JsonNode round(JsonNode summary, int round) {
    return round == 0 ? summary.get("start") : summary.get("rounds").get(round - 1);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private void simulate(String test) throws Exception {
    writeRun(
        "simulated",
        Text.format("data { source = all.csv, test-source = %s }\n", test)
            + "simulation.partition.scheme = column\n");
    assertThat(processes.call("simulate", "simulated.conf", "--quiet").status()).isZero();
  }

  private void found() throws Exception {
    processes.call(
        "init", "--home", "c", "--name", "tumour board", "--address", addressOfCoordinator);
    processes.start("coordinator", List.of("coordinator", "--home", "c"));
    for (int site = 0; site < SITES.size(); site++) {
      Processes.Ended invited = processes.call("invite", "--home", "c", SITES.get(site));
      assertThat(invited.status()).as(processes.log("coordinator")).isZero();
      String token = invited.lines().get(invited.lines().size() - 1);
      join("s" + site, token, site == SITES.size() - 1);
    }
    processes.kill("coordinator");
  }

  /**
   * Plays a run to its end, which must be the simulation's.
   *
   * @param most kills
   * @return who was killed
   */
  private List<String> play(String run, int most) throws Exception {
    SeededRandom random = new Seed(SEED).of(run).random();
    List<String> victims = new ArrayList<>();
    processes.start("coordinator", coordinator(run));
    while (victims.size() < most
        && !processes.await("coordinator", random.nextInt(LONGEST_LIFE_MILLIS))) {
      int site = random.nextInt(2 * SITES.size());
      String name = site < SITES.size() ? "site-" + site : "coordinator";
      processes.kill(name);
      processes.start(name, site < SITES.size() ? site(site) : coordinator(run));
      victims.add(name);
    }
    String told = Text.format("%s, seed %d: %s", run, SEED, victims);
    assertThat(processes.await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as("it ended; %s; %s", told, processes.log("coordinator"))
        .isTrue();
    assertThat(processes.of("coordinator").exitValue())
        .as(told + processes.log("coordinator"))
        .isZero();
    assertThat(digest(run)).as(told).isEqualTo(digest("simulated"));
    return victims;
  }

  /** Over the line, or as one that has no way to the coordinator by then. */
  private void join(String home, String token, boolean byFiles) throws Exception {
    if (byFiles) {
      assertThat(processes.call("join", "--home", home, "--request", "request.pem", token).status())
          .isZero();
      List<String> answer = processes.call("approve", "--home", "c", "request.pem").lines();
      Files.write(folder.resolve("answer.pem"), answer);
      assertThat(processes.call("join", "--home", home, "--install", "answer.pem").status())
          .isZero();
    } else {
      assertThat(processes.call("join", "--home", home, token).status()).isZero();
    }
  }

  private static List<String> coordinator(String run) {
    return List.of("coordinator", "--home", "c", "--run", run + ".conf");
  }

  private static List<String> site(int number) {
    return List.of(
        "client",
        "--home",
        "s" + number,
        "--set",
        "data.source=site-" + number + ".csv",
        "--set",
        "data.test-source=held-out-" + number + ".csv");
  }

  private String digest(String run) throws IOException {
    return summary(run).get("adapterDigest").asText();
  }

  private JsonNode summary(String run) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve("runs").resolve(run).resolve("summary.json").toFile());
  }
}
