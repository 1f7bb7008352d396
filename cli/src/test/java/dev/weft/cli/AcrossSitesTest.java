package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A federation of real processes on this machine, as its operators start them: founded, invited,
 * joined, and a run whose coordinator and sites are killed by the system at seeded moments. It ends
 * with the bits of a simulation of the same configuration, and with what sites measured on held-out
 * examples of their own. {@code -Dweft.kills=N} asks for more kills than the few that every build
 * makes.
 */
class AcrossSitesTest {
  private static final int KILLS = Integer.getInteger("weft.kills", 3);
  private static final long SEED = Long.getLong("weft.kills.seed", 20261130);
  private static final List<String> SITES =
      List.of("hospital-a", "St. Mary's hospital", "بیمارستان");
  private static final long LIVENESS_MINUTES = 10;
  private static final int LONGEST_LIFE_MILLIS = 12_000;

  @TempDir private Path folder;
  private final Map<String, Process> up = new LinkedHashMap<>();
  private String addressOfCoordinator;

  @BeforeEach
  void writeFiles() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      addressOfCoordinator = "localhost:" + free.getLocalPort();
    }
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
    String run =
        """
        run { name = %s, rounds = 3, output = %s, sites = ["%s"] }
        method.rank = 4
        training { local-steps = 4, batch-size = 4 }
        round { attempts = 100, retry-delay = 1s, progress-deadline = 1m }
        engine { precision = float32, memory = 2 GB }
        data.public-source = public.csv
        """;
    String sites = String.join("\", \"", SITES);
    Files.writeString(
        folder.resolve("run.conf"),
        Text.format(run, "across", "runs", sites) + "data.test-source = test.csv\n");
    Files.writeString(
        folder.resolve("elsewhere.conf"), Text.format(run, "elsewhere", "runs", sites));
    Files.writeString(
        folder.resolve("simulation.conf"),
        Text.format(run, "simulated", "runs", sites)
            + "data { source = all.csv, test-source = test.csv }\n"
            + "simulation.partition.scheme = column\n");
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
    for (Process process : up.values()) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aRunWhoseProcessesAreKilledEndsWithTheBitsOfASimulation() throws Exception {
    assertThat(call("simulate", "simulation.conf", "--quiet").status()).isZero();
    found(coordinator("run.conf"));
    for (int site = 0; site < SITES.size(); site++) {
      start("site-" + site, site(site));
    }

    SeededRandom random = new Seed(SEED).of("kills").random();
    StringBuilder schedule = new StringBuilder(Text.format("seed %d:", SEED));
    int kills = 0;
    while (kills < KILLS && !await("coordinator", random.nextInt(LONGEST_LIFE_MILLIS))) {
      int victim = random.nextInt(SITES.size() + 1);
      String name = victim == SITES.size() ? "coordinator" : "site-" + victim;
      schedule.append(' ').append(name);
      up.get(name).destroyForcibly().waitFor();
      start(name, victim == SITES.size() ? coordinator("run.conf") : site(victim));
      kills++;
    }
    assertThat(await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as("the run ended; %s; %s", schedule, log("coordinator"))
        .isTrue();

    assertThat(up.get("coordinator").exitValue()).as(log("coordinator")).isZero();
    assertThat(digest("across")).as(schedule.toString()).isEqualTo(digest("simulated"));
    assertThat(folder.resolve("runs/across"))
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/adapter");
    JsonNode atSites = summary("across").get("final").get("atSites");
    List<String> accounted = texts(atSites.get("sites"));
    atSites.get("missing").fieldNames().forEachRemaining(accounted::add);
    assertThat(accounted).as(schedule.toString()).containsExactlyInAnyOrderElementsOf(SITES);
  }

  /** What sites count together is what one would measure who had all their held-out examples. */
  @Test
  void sitesMeasureForACoordinatorWithoutHeldOutExamples() throws Exception {
    List<String> pooled = new ArrayList<>(Files.readAllLines(folder.resolve("held-out-0.csv")));
    List<String> more = Files.readAllLines(folder.resolve("held-out-2.csv"));
    pooled.addAll(more.subList(1, more.size()));
    Files.write(folder.resolve("pooled.csv"), pooled);
    assertThat(
            call("simulate", "simulation.conf", "--quiet", "--set", "data.test-source=pooled.csv")
                .status())
        .isZero();
    found(coordinator("elsewhere.conf"));
    for (int site = 0; site < SITES.size(); site++) {
      List<String> arguments = new ArrayList<>(site(site));
      arguments.addAll(
          List.of("--set", "client.policy.losses=" + (site == 1 ? "withhold" : "share")));
      start("site-" + site, arguments);
    }

    assertThat(await("coordinator", TimeUnit.MINUTES.toMillis(LIVENESS_MINUTES)))
        .as(log("coordinator"))
        .isTrue();

    assertThat(up.get("coordinator").exitValue()).as(log("coordinator")).isZero();
    assertThat(log("coordinator"))
        .contains("at 2 sites: test loss")
        .doesNotContain("not measured")
        .doesNotContainIgnoringCase("warn");
    JsonNode elsewhere = summary("elsewhere");
    assertThat(elsewhere.get("adapterDigest")).isEqualTo(summary("simulated").get("adapterDigest"));
    assertThat(elsewhere.get("warnings")).isEmpty();
    for (int round = 0; round <= 3; round++) {
      JsonNode mean = round(elsewhere, round).get("atSites");
      JsonNode simulated = round(summary("simulated"), round);
      assertThat(texts(mean.get("sites"))).containsExactly(SITES.get(0), SITES.get(2));
      assertThat(texts(mean.get("withheld"))).containsExactly(SITES.get(1));
      assertThat(mean.get("missing")).isEmpty();
      assertThat(mean.get("examples").intValue()).isEqualTo(9 + 17);
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
    assertThat(log("site-1")).contains("loss ").doesNotContain("held-out examples");
    assertThat(log("site-0")).contains("on 9 held-out examples");
  }

  /** As under a batch scheduler: a job has its time, and the next one goes on where it stopped. */
  @Test
  void aSiteWhoseTimeIsUpEndsWellAndItsNextJobGoesOn() throws Exception {
    String one =
        """
        run { name = %s, rounds = 1, output = runs, sites = ["%s"] }
        method.rank = 4
        training { local-steps = 120, batch-size = 4 }
        round { attempts = 100, retry-delay = 1s, progress-deadline = 5m }
        engine { precision = float32, memory = 2 GB }
        data { public-source = public.csv, test-source = test.csv }
        """;
    Files.writeString(folder.resolve("jobs.conf"), Text.format(one, "jobs", SITES.get(0)));
    Files.writeString(
        folder.resolve("whole.conf"),
        Text.format(one, "whole", SITES.get(0))
            + "data { source = own.csv }\nsimulation.partition.scheme = column\n");
    List<String> own = new ArrayList<>(List.of("client,text,label"));
    Files.readAllLines(folder.resolve("site-0.csv")).stream()
        .skip(1)
        .forEach(row -> own.add(SITES.get(0) + "," + row));
    Files.write(folder.resolve("own.csv"), own);
    assertThat(call("simulate", "whole.conf", "--quiet").status()).isZero();
    found(coordinator("jobs.conf"));
    Path kept = folder.resolve("s0/training/kept.safetensors");
    int seconds = 8;
    boolean goesOn = false;
    while (up.get("coordinator").isAlive()) {
      List<String> job = new ArrayList<>(site(0));
      job.addAll(List.of("--once", "--max-time", seconds + "s"));
      Files.deleteIfExists(folder.resolve("job.log"));
      start("job", job);
      assertThat(up.get("job").waitFor()).as(log("job")).isZero();
      if (goesOn && log("job").contains("round 1")) {
        assertThat(log("job")).contains("goes on after ");
      }
      goesOn = Files.exists(kept);
      seconds += 4;
    }

    assertThat(up.get("coordinator").exitValue()).as(log("coordinator")).isZero();
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

  /** A coordinator that serves, and sites that have joined it. */
  private void found(List<String> coordinator) throws IOException, InterruptedException {
    call("init", "--home", "c", "--name", "tumour board", "--address", addressOfCoordinator);
    start("coordinator", coordinator);
    for (int site = 0; site < SITES.size(); site++) {
      List<String> invited = call("invite", "--home", "c", SITES.get(site)).lines();
      String token = invited.get(invited.size() - 1);
      assertThat(call("join", "--home", "s" + site, token).status()).isZero();
    }
  }

  private static List<String> coordinator(String run) {
    return List.of("coordinator", "--home", "c", "--run", run);
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

  /** What a command that ends by itself printed, and its status. */
  private record Ended(List<String> lines, int status) {}

  private Ended call(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Invocation.process(List.of("-Xmx1g"), arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .directory(folder.toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      return new Ended(lines, process.waitFor());
    }
  }

  private void start(String name, List<String> arguments) throws IOException {
    Path log = folder.resolve(name + ".log");
    up.put(
        name,
        new ProcessBuilder(Invocation.process(List.of("-Xmx1g"), arguments.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .directory(folder.toFile())
            .start());
  }

  private boolean await(String name, long millis) throws InterruptedException {
    return up.get(name).waitFor(millis, TimeUnit.MILLISECONDS);
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }
}
