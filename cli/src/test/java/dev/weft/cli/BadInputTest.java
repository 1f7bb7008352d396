package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong, a user reads one sentence: what, where, and the way out. */
class BadInputTest {
  @TempDir Path folder;

  @Test
  void anUnknownKeyInAFileIsNamedWithItsLineAndTheNearestKey() throws IOException {
    Path file = write("weft.conf", "run.rounds = 1", "method {", "  rnak = 4", "}");
    assertRefused(
        Text.format("%s:3: method.rnak is not a key; did you mean method.rank? (W-0101)", file),
        "simulate",
        file.toString());
  }

  @Test
  void anUnknownKeyOnTheCommandLineIsNamedWithTheNearestKey() {
    assertRefused(
        "--set: run.round is not a key; did you mean run.rounds? (W-0101)",
        "simulate",
        "--set",
        "run.round=3");
  }

  @Test
  void aMalformedValueIsNamedWithWhatItsKeyNeeds() throws IOException {
    Path file = write("weft.conf", "run.rounds = many");
    assertRefused(
        Text.format("%s:1: run.rounds needs a whole number, got \"many\" (W-0102)", file),
        "simulate",
        file.toString());
  }

  @Test
  void aValueOutOfRangeIsNamedWithItsRange() {
    assertRefused(
        "--set: training.batch-size must be between 1 and 4096, got 0 (W-0102)",
        "simulate",
        "--set",
        "training.batch-size=0");
  }

  @Test
  void aMalformedOptionIsNamedAsItWasTyped() {
    assertRefused(
        "--rounds: run.rounds needs a whole number, got \"many\" (W-0102)",
        "simulate",
        "--rounds",
        "many");
  }

  @Test
  void aMissingConfigurationFileIsNamed() {
    Path file = folder.resolve("none.conf");
    assertRefused(
        Text.format(
            "%s: no such configuration file; give the path of an existing weft.conf (W-0103)",
            file),
        "simulate",
        file.toString());
  }

  @Test
  void aMissingDataFileIsNamed() {
    Path file = folder.resolve("none.jsonl");
    assertRefused(
        Text.format("%s: cannot be read; check the path in data (W-0103)", file), simulate(file));
  }

  @Test
  void aBrokenJsonLineIsNamedWithFileAndLine() throws IOException {
    List<String> lines = new ArrayList<>(examples("a", "b"));
    lines.set(6, "{\"text\": \"cut off");
    Path file = write("broken.jsonl", lines);
    Invocation run = Invocation.weft(simulate(file));
    assertSentence(run);
    assertThat(run.err())
        .startsWith(Text.format("weft: %s:7: is not JSON (", file))
        .contains("every line must be one object (W-0201)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "semicolon.csv ~ :1: separates its columns by \";\", where Weft reads commas",
        "utf16le_nobom.csv ~ : looks like UTF-16 text",
        "tiny3.jsonl ~ give at least 5 examples",
        "unique_labels.jsonl ~ give at least 102 examples",
      })
  void aFileFromTheFieldIsRefusedWithWhatIsWrongAndTheWayOut(String name, String complaint) {
    Invocation run = Invocation.weft(simulate(CaseFiles.named(name)));
    assertSentence(run);
    assertThat(run.err()).contains(name, complaint);
  }

  @Test
  void aLineWithoutSiteIsNamedByItsNumberAndNotByWhatItSays() {
    Path file = CaseFiles.named("client_some_missing.jsonl");
    Invocation run = Invocation.weft(simulate(file, "--set", "simulation.partition.scheme=column"));
    assertSentence(run);
    assertThat(run.err())
        .containsPattern("client_some_missing.jsonl:\\d+: names no site")
        .doesNotContain("aspirin", "patient", "follow up");
  }

  @Test
  void aSentenceThatIsTakenForAClassIsNotRepeated() throws IOException {
    String sentence = "the patient, a woman of 54 years, reports pain in the chest";
    List<String> train = new ArrayList<>(examples("a", "b"));
    train.add("{\"text\": \"no 1\", \"label\": \"" + sentence + "\"}");
    Path test = write("test.jsonl", examples("a", "b"));
    Path file = write("train.jsonl", train);
    Invocation run =
        Invocation.weft(
            simulate(
                file, "--set", "data.test-source=" + test, "--set", "data.public-source=" + test));
    assertSentence(run);
    assertThat(run.err())
        .contains(file + ":61: its class is none of the 2 of this run, as with 1 of 61 examples")
        .doesNotContain("patient");
  }

  @Test
  void aMethodIsComparedOnce() {
    assertRefused(
        "--compare: names flora twice; name every method once (W-0102)",
        simulateInto("--compare", "flora,fedit,flora"));
  }

  @Test
  void anOutputThatIsAFileIsNamed() throws IOException {
    Path file = write("file.txt", "");
    Invocation run =
        Invocation.weft(Invocation.tiny("--output", file.toString(), "--set", "run.name=r"));
    assertThat(run.err())
        .startsWith("weft: run.output: ")
        .contains(file + " is a file and no folder")
        .hasLineCount(1);
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }

  @ParameterizedTest
  @CsvSource({
    "--top-p, 0, more than 0 and at most 1",
    "--top-p, 1.5, more than 0 and at most 1",
    "--top-p, NaN, more than 0 and at most 1",
    "--temperature, -1, 0 or more",
    "--temperature, Infinity, 0 or more",
    "--max-tokens, 0, at least 1",
  })
  void anOptionOutOfRangeIsNamedAsItWasTyped(String option, String value, String range) {
    assertRefused(
        option + ": must be " + range + " (W-0102)",
        "generate",
        "--model",
        "nowhere",
        option + "=" + value,
        "Hi");
  }

  @ParameterizedTest
  @CsvSource({"--batch", "--length"})
  void aMeasureOutOfRangeIsNamedAsItWasTyped(String option) {
    assertRefused(option + ": must be at least 1 (W-0102)", "inspect", "nowhere", option, "0");
  }

  @ParameterizedTest
  @CsvSource({"peft", "gguf"})
  void anExportOverwritesNothing(String form) throws IOException {
    Path there = write("there", "precious");
    assertRefused(
        "TARGET: " + there + " exists already; name another one or remove it (W-0102)",
        "export",
        "--to",
        form,
        "--adapter",
        folder.toString(),
        there.toString());
    assertThat(there).hasContent("precious");
  }

  @Test
  void anExportNeedsAFolderToBeIn() {
    Path nowhere = folder.resolve("none/adapter.gguf");
    assertRefused(
        "TARGET: there is no folder that " + nowhere + " could be in; make it first (W-0102)",
        "export",
        "--to",
        "gguf",
        "--adapter",
        folder.toString(),
        nowhere.toString());
  }

  @Test
  void aTrainedClassThatNoHeldOutFileHasIsNamedAndPlaced() throws IOException {
    List<String> train = new ArrayList<>(examples("a", "b"));
    train.add("{\"text\": \"no 1\", \"label\": \"c\"}");
    Path file = write("train.jsonl", train);
    Path test = write("test.jsonl", examples("a", "b"));
    assertRefused(
        file
            + ":61: the class \"c\" is none of the 2 of this run; correct it, or have data.classes"
            + " name it (W-0201)",
        simulate(file, "--set", "data.test-source=" + test, "--set", "data.public-source=" + test));
  }

  @Test
  void aSingleClassIsRefused() throws IOException {
    Path file = write("same.jsonl", examples("a", "a"));
    assertRefused(
        "data: holds only the class \"a\" where a classifier needs two classes; check"
            + " data.label-column (W-0202)",
        simulate(file));
  }

  @Test
  void aCoordinatorWhoseJournalsServerIsDownSaysSo() throws IOException {
    Path home = folder.resolve("c");
    Path password = write("password", "of the database");
    Invocation.weft(
        "init", "--home", home.toString(), "--name", "board", "--address", "localhost:8443");
    Invocation run =
        Invocation.weft(
            "coordinator",
            "--home",
            home.toString(),
            "--set",
            "coordinator.journal.store=postgresql",
            "--set",
            "coordinator.journal.url=\"jdbc:postgresql://127.0.0.1:1/weft\"",
            "--set",
            "coordinator.journal.user=weft",
            "--set",
            "coordinator.journal.password-file=" + password);
    assertSentence(run);
    assertThat(run.err())
        .contains("postgresql://127.0.0.1:1/weft cannot be reached", "start it", "(W-0307)")
        .doesNotContain("of the database");
  }

  @Test
  void aPasswordInTheAddressOfAJournalIsRefusedAndNotRepeated() throws IOException {
    Path conf =
        write(
            "weft.conf",
            "coordinator.journal.url = \"jdbc:postgresql://db/weft?password=hunter2\"\n");
    Invocation run = Invocation.weft("simulate", conf.toString());
    assertSentence(run);
    assertThat(run.err())
        .contains("coordinator.journal.url must not hold a password", "password-file", "(W-0102)")
        .doesNotContain("hunter2");
  }

  @Test
  void fewerExamplesThanClientsAreRefused() throws IOException {
    Path file = write("few.jsonl", examples("a", "b"));
    Invocation run = Invocation.weft(simulate(file, "--clients", "500"));
    assertSentence(run);
    assertThat(run.err()).contains("500", "simulation.clients").contains("(W-0203)");
  }

  @Test
  void sitesThatAreNotAsManyAsTheClientsAskedForAreRefused() throws IOException {
    List<String> lines =
        examples("a", "b").stream()
            .map(line -> line.replace("{", "{\"client\": \"bern\", "))
            .toList();
    Path file = write("one-site.jsonl", lines);
    assertRefused(
        "simulation.clients: is 3 but the training data names 1 site; leave it out or correct"
            + " data.client-column (W-0106)",
        simulate(file, "--clients", "3", "--set", "simulation.partition.scheme=column"));
  }

  @Test
  void dataWithoutSitesCannotBeSplitBySite() throws IOException {
    Path file = write("no-site.jsonl", examples("a", "b"));
    Invocation run = Invocation.weft(simulate(file, "--set", "simulation.partition.scheme=column"));
    assertSentence(run);
    assertThat(run.err()).contains("data.client-column").contains("(W-0201)");
  }

  @Test
  void aDeadlineThatNoSchedulerCanWaitForIsRefused() {
    assertRefused(
        "--set: round.progress-deadline must be at most 100d, got 101d (W-0102)",
        simulateInto("--set", "round.progress-deadline=101d"));
  }

  @Test
  void moreFaultyClientsThanKrumBearsAreRefusedBeforeAnyTraining() {
    assertRefused(
        "method.robust.faulty: krum bears 3 faulty clients among 9 or more, not among 3; lower it,"
            + " or have more clients in a round (W-0106)",
        Invocation.tiny(
            "--method",
            "krum",
            "--set",
            "method.rank=4",
            "--set",
            "method.robust.faulty=3",
            "--set",
            "run.output=" + folder.resolve("runs")));
  }

  @Test
  void aRankLargerThanALayerIsRefusedWithTheLargestThatFits() {
    assertRefused(
        "method.rank: 385 is larger than the adapted layers allow; choose at most 384 (W-0204)",
        Invocation.tiny(
            "--set", "method.rank=385", "--set", "run.output=" + folder.resolve("runs")));
  }

  @Test
  void anUnknownMethodIsRefusedWithAllThatExist() {
    assertRefused(
        "method.name: fed-xb is not a method; choose one of fedit, ffa-lora, flora, fedex-lora,"
            + " flexlora, lora-fair, fed-sb, median, trimmed-mean, krum, or give its jar with"
            + " --plugins (W-0105)",
        simulateInto("--method", "fed-xb"));
  }

  @Test
  void anUnknownMethodAmongThoseToCompareIsRefusedBeforeAnyTraining() {
    assertRefused(
        "method.name: fed-xb is not a method; choose one of fedit, ffa-lora, flora, fedex-lora,"
            + " flexlora, lora-fair, fed-sb, median, trimmed-mean, krum, or give its jar with"
            + " --plugins (W-0105)",
        simulateInto("--compare", "fed-sb,fed-xb"));
  }

  @Test
  void aFaultOfAClientThatDoesNotExistIsRefused() throws IOException {
    Path file = write("data.jsonl", examples("a", "b"));
    assertRefused(
        "simulation.faults: client-9 is not a client; choose among [client-1, client-2, client-3]"
            + " (W-0102)",
        simulate(file, "--clients", "3", "--set", "simulation.faults.nan=[client-9]"));
  }

  @ParameterizedTest
  @CsvSource({"evaluate", "generate", "export"})
  void anAdapterThatIsNotThereIsNamed(String command) {
    Path nowhere = folder.resolve("none");
    List<String> arguments = new ArrayList<>(List.of(command, "--adapter", nowhere.toString()));
    arguments.addAll(
        switch (command) {
          case "generate" -> List.of("Hi");
          case "export" -> List.of("--to", "peft", folder.resolve("exported").toString());
          default -> List.<String>of();
        });
    assertRefused(
        "--adapter: there is no folder " + nowhere + "; check the path (W-0103)",
        arguments.toArray(String[]::new));
  }

  @Test
  void anAdapterThatIsAFileIsToldFromItsFolder() throws IOException {
    Path file = write("adapter_model.safetensors", "");
    assertRefused(
        "--adapter: " + file + " is a file; name the folder that it lies in (W-0103)",
        "evaluate",
        "--adapter",
        file.toString());
  }

  @Test
  void aRunWhoseModelLiesElsewhereNowPointsToTheOption() throws IOException {
    Files.createDirectories(folder.resolve("adapter"));
    write("config.conf", "model.source = \"models/somewhere\"");
    assertRefused(
        "--model: the base model of the run is not at models/somewhere, seen from here; name where"
            + " it lies now (W-0103)",
        "evaluate",
        "--adapter",
        folder.toString());
  }

  @Test
  void aSettingWithoutKeyIsShownAsItWasTyped() {
    assertRefused(
        "--set: =3 names no key; write KEY=VALUE, such as run.rounds=3 (W-0102)",
        "simulate",
        "--set",
        "=3");
  }

  @ParameterizedTest
  @CsvSource({
    "inspect, --batch, 99999999999",
    "inspect, --length, 2147483648",
    "generate, --max-tokens, 1e3",
    "generate, --seed, 9223372036854775808",
  })
  void anOptionThatIsNoNumberOrTooLargeSaysTheRange(String command, String option, String value) {
    Invocation run = Invocation.weft(command, option, value, "x");
    assertSentence(run);
    assertThat(run.err())
        .contains(option, "\"" + value + "\" is not a whole number from -", "see weft " + command);
  }

  @Test
  void moreExamplesThanCanBeCountedAreRefused() {
    Invocation run =
        Invocation.weft(
            "inspect",
            "embedded:all-MiniLM-L6-v2",
            "--batch",
            "2000000000",
            "--length",
            "2000000000");
    assertSentence(run);
    assertThat(run.err())
        .startsWith("weft: --batch: 2000000000 examples of 2000000000 tokens (--length) take more");
  }

  /** What Java gives for bytes that the locale does not know. */
  @Test
  void anArgumentThatTheLocaleCannotReadIsNotTakenForWhatWasTyped() {
    assertRefused(
        "\"Gr\uFFFD\uFFFD\uFFFD\uFFFDe\": argument 4 has letters that this system's locale cannot"
            + " read; set LC_ALL=C.UTF-8 (W-0102)",
        "generate",
        "--model",
        "nowhere",
        "Gr\uFFFD\uFFFD\uFFFD\uFFFDe");
  }

  @Test
  void oneMethodAndAComparisonExcludeEachOther() {
    assertRefused(
        "--method and --compare: say one of them; --compare already names the methods (W-0106)",
        simulateInto("--method", "fed-sb", "--compare", "fedit,flora"));
  }

  @Test
  void aRunFolderThatExistsIsLeftAlone() throws IOException {
    Path existing = Files.createDirectories(folder.resolve("runs/mine"));
    assertRefused(
        Text.format(
            "run.name: %s exists already; choose another name or remove that folder (W-0102)",
            existing),
        simulateInto("--set", "run.name=mine"));
    assertThat(existing).isEmptyDirectory();
  }

  @Test
  void anUnknownCommandIsRefusedWithAWayOut() {
    Invocation run = Invocation.weft("simulat");
    assertSentence(run);
    assertThat(run.err()).contains("simulat").contains("see weft --help");
  }

  @Test
  void anUnknownOptionIsRefusedWithAWayOut() {
    Invocation run = Invocation.weft("simulate", "--round", "3");
    assertSentence(run);
    assertThat(run.err()).contains("--round").contains("see weft simulate --help");
  }

  @Test
  void nothingIsWrittenForInputThatCannotBeUsed() {
    Invocation.weft(simulateInto("--method", "fed-xb"));
    Invocation.weft(simulateInto("--compare", "fed-sb,fed-xb"));
    assertThat(folder).isEmptyDirectory();
  }

  private void assertRefused(String sentence, String... arguments) {
    Invocation run = Invocation.weft(arguments);
    assertSentence(run);
    assertThat(run.err().strip()).isEqualTo("weft: " + sentence);
  }

  /** One line, the status of bad input, no stack trace. */
  private static void assertSentence(Invocation run) {
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).startsWith("weft: ").doesNotContain("Exception", "\tat ");
    assertThat(run.out()).doesNotContain("Exception", "\tat ");
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }

  private String[] simulateInto(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--set", "run.output=" + folder.resolve("runs")));
    arguments.addAll(List.of(more));
    return Invocation.tiny(arguments.toArray(String[]::new));
  }

  /** A simulation on a file that has nothing to do with the tiny embedded data. */
  private String[] simulate(Path data, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "simulate",
                "--set",
                "data.source=" + data,
                "--set",
                "run.output=" + folder.resolve("runs")));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** Sixty lines of two labels in turn. */
  private static List<String> examples(String first, String second) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(
          Text.format(
              "{\"text\": \"note number %d\", \"label\": \"%s\"}", i, i % 2 == 0 ? first : second));
    }
    return lines;
  }

  private Path write(String name, String... lines) throws IOException {
    return write(name, List.of(lines));
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }
}
