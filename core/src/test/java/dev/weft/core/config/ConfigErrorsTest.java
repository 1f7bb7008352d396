package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigErrorsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "method.rnak = 3 ~ 1: method.rnak is not a key; did you mean method.rank?",
        "rank = 3 ~ 1: rank is not a key; did you mean method.rank?",
        "training.learningrate = 1 ~ 1: training.learningrate is not a key; did you mean"
            + " training.learning-rate?",
        "methd { rank = 3 } ~ 1: methd.rank is not a key; did you mean method.rank?",
        "methd {} ~ 1: methd is not a key; docs/configuration.md lists all keys",
        "colour = null ~ 1: colour is not a key; docs/configuration.md lists all keys",
        "\"method.rank\" = 3 ~ 1: \"method.rank\" is not a key; did you mean method.rank?",
        "method = fed-sb ~ 1: method needs a section in braces, got \"fed-sb\"",
        "method.rank { x = 1 } ~ 1: method.rank needs a whole number or auto, got {\"x\":1}",
        "method.rank = null ~ 1: method.rank needs a whole number or auto, got null",
        "method.rank = 3.5 ~ 1: method.rank needs a whole number or auto, got 3.5",
        "method.rank = 0 ~ 1: method.rank must be between 1 and 65536, got 0",
        "run.rounds = 4294967297 ~ 1: run.rounds needs a whole number from -2147483648 to"
            + " 2147483647, got 4294967297",
        "method.ranks = 8 ~ 1: method.ranks needs a list in brackets of whole numbers, got 8",
        "method.ranks = [8, 4.5] ~ 1: method.ranks needs a list in brackets of whole numbers, got"
            + " [8,4.5]",
        "model.targets = [{}] ~ 1: model.targets needs a list in brackets of names or auto, got"
            + " [{}]",
        "model.targets = [] ~ 1: model.targets needs at least one layer name, got []",
        "simulation { partition { alpha = -1 } } ~ 1: simulation.partition.alpha must be a positive"
            + " number, got -1.0",
        "method.server.optimizer = adam ~ 1: method.server.optimizer needs one of none, fedavgm,"
            + " fedadam, fedyogi, got \"adam\"",
        "simulation.centralized-reference = perhaps ~ 1: simulation.centralized-reference needs"
            + " true or false, got \"perhaps\"",
        "training.learning-rate = high ~ 1: training.learning-rate needs a number or auto, got"
            + " \"high\"",
        "training.schedule = step ~ 1: training.schedule needs one of constant, linear, cosine, got"
            + " \"step\"",
        "training.warm-up = 1 ~ 1: training.warm-up must be a share below 1, got 1.0",
        "training.learning-rate = NaN ~ 1: training.learning-rate must be a positive number, got"
            + " NaN",
        "round.offer-deadline = 30 ~ 1: round.offer-deadline needs a duration with its unit, such"
            + " as 30s, got 30",
        "round.offer-deadline = 0s ~ 1: round.offer-deadline must be a positive duration, got 0s",
        "engine.memory = 4 ~ 1: engine.memory needs a size with its unit, such as 4 GB or auto, got"
            + " 4",
        "engine.memory = 0 GB ~ 1: engine.memory needs a size with its unit, such as 4 GB or auto,"
            + " got \"0 GB\"",
        "engine.memory = much ~ 1: engine.memory needs a size with its unit, such as 4 GB or auto,"
            + " got \"much\"",
        "run.name = a/b ~ 1: run.name may hold letters, digits, '.', '_' and '-' and not start with"
            + " '.', got a/b",
      })
  void aBadSettingIsRefusedInOneSentence(String line, String sentence) throws IOException {
    Path file = write(line);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(file))
        .withMessage(file + ":" + sentence);
  }

  @Test
  void theSentenceNamesTheLineAndTheFirstOfSeveralMistakes() throws IOException {
    Path file = write("run.rounds = 3\nmethod {\n  # typo\n  rnak = 3\n}\nrun.sead = 4\n");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(file))
        .withMessage(file + ":4: method.rnak is not a key; did you mean method.rank?")
        .matches(error -> error.problem() == Problem.UNKNOWN_KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run {\n  seed = 1\n",
        "run.seed = 1\nrun.output = a}b",
        "run.seed = 1\nrun.output = ${nowhere}",
        "run.seed = 1\ndata.source = embedded:x"
      })
  void brokenHoconNamesFileAndLine(String text) throws IOException {
    Path file = write(text);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(file))
        .matches(error -> error.problem() == Problem.BAD_CONFIG_SYNTAX)
        .withMessageMatching("(?s)\\Q" + file + "\\E:[23]: .*; mend this line");
  }

  @Test
  void aMissingFileAFolderAndAMissingIncludeAreNamed() throws IOException {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(folder.resolve("none.conf")))
        .withMessageEndingWith(
            "none.conf: no such configuration file; give the path of an existing weft.conf");
    assertThatExceptionOfType(WeftException.class).isThrownBy(() -> load(folder));
    Path including = write("include required(\"site.conf\")");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(including))
        .matches(error -> error.problem() == Problem.MISSING_FILE)
        .withMessageContaining("site.conf");
  }

  @Test
  void aMistakeInAnIncludedFileNamesThatFile() throws IOException {
    Files.writeString(folder.resolve("site.conf"), "run.seed = 1\nrun.sead = 2\n");
    Path including = write("include \"site.conf\"");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> load(including))
        .withMessageEndingWith("site.conf:2: run.sead is not a key; did you mean run.seed?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n", "run {}", "{}"})
  void aFileThatSetsNothingGivesTheDefaults(String text) throws IOException {
    assertThat(load(write(text))).isEqualTo(ConfigLoader.load(Optional.empty(), Map.of()));
  }

  @Test
  void substitutionsSeeTheDefaults() throws IOException {
    WeftConfig config =
        load(write("method.ranks = ${method.ranks} [1]\nrun.output = ${data.text-column}s"));
    assertThat(config.method().ranks()).containsExactly(1);
    assertThat(config.run().output()).isEqualTo("texts");
  }

  @Test
  void anOverrideWinsOverTheFileAndNeedsNoQuotes() throws IOException {
    Path file = write("method.rank = 4, data.source = \"x.csv\"");
    WeftConfig config =
        ConfigLoader.load(
            Optional.of(file),
            Map.of(
                "method.rank", "auto",
                "method.ranks", "[64,32]",
                "training.learning-rate", "1e-3",
                "data.source", "embedded:foo//b#c, d",
                "data.text-column", "\"a \\\" b\"",
                "round.offer-deadline", " 90s "));
    assertThat(config.method().rank()).isEmpty();
    assertThat(config.method().ranks()).containsExactly(64, 32);
    assertThat(config.training().learningRate()).contains(1e-3);
    assertThat(config.data().source()).isEqualTo("embedded:foo//b#c, d");
    assertThat(config.data().textColumn()).isEqualTo("a \" b");
    assertThat(config.round().offerDeadline()).isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "methd.rank ~ 1 ~ --set: methd.rank is not a key; did you mean method.rank?",
        "`` ~ 3 ~ --set: =3 names no key; write KEY=VALUE, such as run.rounds=3",
        "run.seed ~ 99999999999999999999 ~ --set: run.seed needs a whole number from"
            + " -9223372036854775808 to 9223372036854775807, got \"99999999999999999999\"",
        "a b$ ~ 1 ~ --set: a b$ is not a key; docs/configuration.md lists all keys",
        "update ~ 1 ~ --set: update is a section; set one of its keys, such as"
            + " update.fraction-bits",
        "method.rank ~ 3.5 ~ --set: method.rank needs a whole number or auto, got \"3.5\"",
        "method.rank ~ `` ~ --set: method.rank needs a whole number or auto, got \"\"",
        "model.template-date ~ 31.1.2025 ~ --set: model.template-date needs a date such as"
            + " 2025-01-31 or auto, got \"31.1.2025\"",
        "model.targets ~ query ~ --set: model.targets needs a list in brackets of names or auto,"
            + " got \"query\"",
        "method.ranks ~ [64, ~ --set: method.ranks cannot be read as [64,; close its bracket or"
            + " quote",
        "data.classes ~ benign ~ --set: data.classes needs a list in brackets of names or auto,"
            + " got \"benign\"",
        "data.classes ~ [benign] ~ --set: data.classes needs at least two names, got [benign]",
        "data.classes ~ [a, b, a] ~ --set: data.classes must name each once, got [a, b, a]",
        "data.classes ~ [a, \" b\"] ~ --set: data.classes must have no blanks around names, got [a,"
            + "  b]",
        "method.ranks ~ [0] ~ --set: method.ranks must be between 1 and 65536, got 0",
      })
  void aBadOverrideIsRefusedInOneSentence(String key, String value, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(key, value)))
        .withMessage(sentence);
  }

  @Test
  void theNearestKeyIsItselfForEveryKeyAndForItsLastWordUnlessThatIsShared() {
    ConfigKeys keys = ConfigKeys.of(ConfigLoader.defaults());
    for (String key : keys.keys()) {
      assertThat(keys.nearest(key)).contains(key);
      String lastWord = key.substring(key.lastIndexOf('.') + 1);
      List<String> candidates =
          keys.keys().stream().filter(known -> known.endsWith("." + lastWord)).toList();
      assertThat(keys.nearest(lastWord)).get().isIn(candidates);
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("weft.conf"), text);
  }

  private static WeftConfig load(Path file) {
    return ConfigLoader.load(Optional.of(file), Map.of());
  }
}
