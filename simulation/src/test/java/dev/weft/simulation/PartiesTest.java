package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.state.StateManifest;
import dev.weft.federation.Resolution;
import dev.weft.federation.Start;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.party.HeldOutData;
import dev.weft.finetune.party.SiteData;
import dev.weft.finetune.party.StartingPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a site and a coordinator make of files of their own is what they are in a simulation of all
 * files together.
 */
class PartiesTest {
  private static final List<String> SITES = List.of("cork", "aachen", "bern");
  private static final List<String> LABELS = List.of("urgent", "finding", "Discharge");
  private static final Seed SEED = new Seed(7);

  @TempDir Path folder;

  /** Labelled rows as one of the formats writes them; row i belongs to site i mod 3. */
  private enum Format {
    CSV("csv", "text,label,client\n") {
      @Override
      String row(int number, String site) {
        return Text.format("\"note, %d of %s\",%s,%s", number, "ward", label(number), site);
      }
    },
    JSON_LINES("jsonl", "") {
      @Override
      String row(int number, String site) {
        return Text.format(
            "{\"text\": \"note %d\", \"label\": \"%s\", \"client\": \"%s\"}",
            number, label(number), site);
      }
    },
    CONVERSATIONS("jsonl", "") {
      @Override
      String row(int number, String site) {
        return Text.format(
            "{\"prompt\": \"Who is number %s?\", \"completion\": \"It is Lily.\", \"client\":"
                + " \"%s\"}",
            number % 4 == 0 ? "and again ".repeat(30) + number : number, site);
      }
    };

    final String ending;
    final String header;

    Format(String ending, String header) {
      this.ending = ending;
      this.header = header;
    }

    abstract String row(int number, String site);

    static String label(int number) {
      return LABELS.get(number * number % 7 % LABELS.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CSV", "JSON_LINES"})
  void aSiteAloneHasTheTokensOfItsClientAndTheCoordinatorTheSameStart(String format)
      throws IOException {
    comparePartiesWithSimulation(Format.valueOf(format));
  }

  /** Every fourth text is cut so short that nothing of it is left to learn. */
  @Test
  void soDoTheyWithConversations() throws IOException {
    Path model = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(Files.isDirectory(model), "weft.models names no folder with the model stories260K");
    comparePartiesWithSimulation(
        Format.CONVERSATIONS,
        "model.source=" + model,
        "model.targets=auto",
        "model.max-tokens=40",
        "model.template-date=2025-01-31");
  }

  private void comparePartiesWithSimulation(Format format, String... model) throws IOException {
    WeftConfig config = simulated(format, model);
    try (Workbench bench = Workbench.open(config)) {
      WeftConfig coordinator =
          config(
              model,
              "data.source=" + folder.resolve("nobody-has-this.csv"),
              "data.test-source=" + config.data().testSource().orElseThrow(),
              "data.public-source=" + config.data().publicSource().orElseThrow());
      HeldOutData heldOut = HeldOutData.read(bench.model(), coordinator.data());

      assertThat(heldOut.classes().map(LabelSet::names))
          .isEqualTo(bench.heldOut().classes().map(LabelSet::names));
      assertThat(heldOut.test().orElseThrow().digest()).isEqualTo(bench.test().digest());
      assertThat(heldOut.publicExamples().orElseThrow().digest())
          .isEqualTo(bench.publicExamples().digest());
      assertThat(heldOut.testDigest()).contains(bench.heldOut().testDigest().orElseThrow());
      assertThat(heldOut.labelFile()).isEqualTo(bench.heldOut().labelFile());

      StartingPoint start = StartingPoint.of(bench.model(), heldOut, SEED);
      Method method = bench.method(config.method());
      assertThat(start.target().digest()).isEqualTo(bench.target().digest());
      assertThat(StateManifest.of(start.initialState(method)).digest())
          .isEqualTo(StateManifest.of(bench.initialState(method)).digest());

      assertThat(bench.clients()).containsOnlyKeys(SITES);
      for (String site : SITES) {
        Path own = write(format, site, rows(format, 0, 60, Optional.of(site)));
        SiteData data =
            SiteData.read(
                bench.model(),
                config(model, "data.source=" + own).data(),
                heldOut.classes(),
                SEED,
                0);
        assertThat(data.report().records()).as(site).isEqualTo(20);
        assertThat(data.report().nothingToLearn())
            .isEqualTo(format == Format.CONVERSATIONS ? 5 : 0);
        assertThat(data.tokens().digest()).as(site).isEqualTo(bench.clients().get(site).digest());
      }
    }
  }

  /** Tokens that nothing but the file's order decides. */
  @Test
  void aClientsExamplesAreInTheOrderOfTheFile() throws IOException {
    try (Workbench bench = Workbench.open(simulated(Format.JSON_LINES))) {
      assertThat(bench.heldOut().classes().map(LabelSet::names))
          .contains(List.of("Discharge", "finding", "urgent"));
      List<String> texts = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (int number = 1; number < 60; number += SITES.size()) {
        texts.add("note " + number);
        labels.add(
            bench
                .heldOut()
                .classes()
                .map(LabelSet::names)
                .orElseThrow()
                .indexOf(Format.label(number)));
      }
      assertThat(bench.clients().get("aachen").digest())
          .isEqualTo(
              bench
                  .model()
                  .tokenize(texts, labels.stream().mapToInt(Integer::intValue).toArray())
                  .digest());
    }
  }

  @Test
  void anOrderOfClassesThatIsNamedIsThatOfTheHeadAndOfTheConfigurationThatIsWritten()
      throws IOException {
    WeftConfig config = simulated(Format.CSV, "data.classes=[urgent, Discharge, rare, finding]");
    try (Workbench bench = Workbench.open(config)) {
      assertThat(bench.heldOut().labelFile().orElseThrow().labels().names())
          .containsExactly("urgent", "Discharge", "rare", "finding");
      assertThat(bench.target().head().orElseThrow().classes()).isEqualTo(4);
      assertThat(bench.warnings())
          .containsExactly(
              "data: no training example has the class \"rare\", which nobody can learn then; add"
                  + " some, or leave it out of data.classes and the held-out files");
      assertThat(Resolution.of(bench, Start.of(bench, config)).data().classes())
          .isEqualTo(config.data().classes());
    }
  }

  @Test
  void theClassesThatWereFoundAreWrittenAndLeadToTheSameRun() throws IOException {
    WeftConfig config = simulated(Format.CSV);
    try (Workbench bench = Workbench.open(config)) {
      WeftConfig resolved = Resolution.of(bench, Start.of(bench, config));
      assertThat(resolved.data().classes()).contains(List.of("Discharge", "finding", "urgent"));
      assertThat(resolved.data().publicSource()).isEqualTo(config.data().publicSource());
      try (Workbench again = Workbench.open(resolved)) {
        assertThat(again.pooled().digest()).isEqualTo(bench.pooled().digest());
        assertThat(Resolution.of(again, Start.of(again, resolved))).isEqualTo(resolved);
      }
    }
  }

  @Test
  void aCoordinatorSaysWhatItLacks() throws IOException {
    Path publicFile = write(Format.CSV, "public", rows(Format.CSV, 200, 212, Optional.empty()));
    try (Workbench bench = Workbench.open(simulated(Format.CSV))) {
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> HeldOutData.read(bench.model(), config(new String[0]).data()))
          .withMessageStartingWith("data.classes: is needed where no held-out file says");

      WeftConfig named = config(new String[0], "data.classes=[urgent, finding, Discharge]");
      HeldOutData nothing = HeldOutData.read(bench.model(), named.data());
      assertThat(nothing.test()).isEmpty();
      assertThat(nothing.testDigest()).isEmpty();
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> StartingPoint.of(bench.model(), nothing, SEED))
          .withMessageContaining(
              "name their file in data.public-source, or set model.head = zeros");

      WeftConfig untested = config(new String[0], "data.public-source=" + publicFile);
      HeldOutData heldOut = HeldOutData.read(bench.model(), untested.data());
      assertThat(heldOut.test()).isEmpty();
      assertThat(heldOut.numberOfClasses()).isEqualTo(3);
      assertThat(StartingPoint.of(bench.model(), heldOut, SEED).target().digest())
          .isEqualTo(bench.target().digest());
    }
  }

  @Test
  void aSiteWithAnotherClassIsRefusedByItsLine() throws IOException {
    List<String> rows = rows(Format.CSV, 0, 60, Optional.of("bern"));
    rows.add("a late note,urgnet,bern");
    Path own = write(Format.CSV, "bern", rows);
    WeftConfig site = config(new String[0], "data.source=" + own);
    try (Workbench bench = Workbench.open(simulated(Format.CSV))) {
      Optional<LabelSet> classes =
          bench.heldOut().classes().map(LabelSet::names).map(LabelSet::new);
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> SiteData.read(bench.model(), site.data(), classes, SEED, 0))
          .withMessage(
              own
                  + ":22: the class \"urgnet\" is none of the 3 of this run; correct it, or have"
                  + " data.classes name it");
    }
  }

  @Test
  void whatASiteMeasuresOnIsHeldToTheSameRulesAndIsNotWhatItTrainsOn() throws IOException {
    List<String> rows = rows(Format.CSV, 0, 60, Optional.of("bern"));
    Path own = write(Format.CSV, "bern", rows);
    Path heldOut = write(Format.CSV, "held-out", rows(Format.CSV, 60, 90, Optional.of("bern")));
    rows.add("a late note,urgnet,bern");
    Path wrong = write(Format.CSV, "wrong", rows);
    try (Workbench bench = Workbench.open(simulated(Format.CSV))) {
      Optional<LabelSet> classes = bench.heldOut().classes();

      assertThat(heldOut(bench, own, Optional.empty(), classes)).isEmpty();
      SiteData read = heldOut(bench, own, Optional.of(heldOut), classes).orElseThrow();
      assertThat(read.report().source()).isEqualTo(heldOut.toString());
      assertThat(read.tokens().size()).isEqualTo(read.report().records()).isPositive();
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> heldOut(bench, own, Optional.of(wrong), classes))
          .withMessageContaining(wrong + ":22: the class \"urgnet\" is none of the 3 of this run");
      Path sameByAnotherName = own.resolveSibling(".").resolve(own.getFileName());
      assertThatExceptionOfType(WeftException.class)
          .isThrownBy(() -> heldOut(bench, own, Optional.of(sameByAnotherName), classes))
          .withMessageContaining("data.test-source: " + sameByAnotherName)
          .withMessageContaining("nobody measures on what was trained on");
    }
  }

  private Optional<SiteData> heldOut(
      Workbench bench, Path own, Optional<Path> test, Optional<LabelSet> classes) {
    WeftConfig site =
        test.map(file -> config(new String[0], "data.source=" + own, "data.test-source=" + file))
            .orElseGet(() -> config(new String[0], "data.source=" + own));
    return SiteData.heldOut(bench.model(), site.data(), classes, SEED, 0);
  }

  @Test
  void classesOfAModelThatContinuesTextAreRefused() throws IOException {
    Path model = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(Files.isDirectory(model), "weft.models names no folder with the model stories260K");
    WeftConfig config =
        simulated(
            Format.CONVERSATIONS,
            "model.source=" + model,
            "model.targets=auto",
            "data.classes=[a, b]");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Workbench.open(config))
        .withMessage(
            "data.classes: names classes, and a model that continues text has none; leave it out");
  }

  /** Clients of 24 examples and of 12, whose whole passes would ask for different grids. */
  @Test
  void aCapOnExamplesDecidesTheEncodingWhateverTheClientsHave() {
    WeftConfig many = capped("72");
    WeftConfig few = capped("36");
    try (Workbench large = Workbench.open(many);
        Workbench small = Workbench.open(few)) {
      assertThat(small.largest()).isLessThan(large.largest());
      assertThat(Start.of(small, few).encoding(small))
          .isEqualTo(Start.of(large, many).encoding(large));
    }
  }

  private static WeftConfig capped(String examples) {
    return Tiny.config(
        "data.train-examples=" + examples,
        "simulation.partition.scheme=equal",
        "training.head-learning-rate=0.5",
        "round.max-examples=500");
  }

  /** All sites' rows in one file, in turn. */
  private WeftConfig simulated(Format format, String... changes) throws IOException {
    return config(
        changes,
        "data.source=" + write(format, "all", rows(format, 0, 60, Optional.empty())),
        "data.test-source=" + write(format, "test", rows(format, 100, 130, Optional.empty())),
        "data.public-source=" + write(format, "public", rows(format, 200, 212, Optional.empty())),
        "simulation.partition.scheme=column");
  }

  private static WeftConfig config(String[] changes, String... settings) {
    List<String> all = new ArrayList<>(List.of(changes));
    all.addAll(List.of("data.train-examples=auto", "simulation.clients=auto"));
    all.addAll(List.of(settings));
    return Tiny.config(all.toArray(String[]::new));
  }

  private static List<String> rows(Format format, int from, int to, Optional<String> only) {
    List<String> rows = new ArrayList<>(format.header.lines().toList());
    for (int number = from; number < to; number++) {
      String site = SITES.get(number % SITES.size());
      if (only.isEmpty() || only.get().equals(site)) {
        rows.add(format.row(number, site));
      }
    }
    return rows;
  }

  private Path write(Format format, String name, List<String> rows) throws IOException {
    return Files.write(folder.resolve(name + "." + format.ending), rows);
  }
}
