package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.federation.Start;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are valid and lead to what few will have meant; three clients of about 24. */
class CautionsTest {
  private static Workbench bench;

  @BeforeAll
  static void open() {
    bench = Workbench.open(Tiny.config());
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @Test
  void ordinarySettingsAreLeftAlone() {
    assertThat(warnings()).isEmpty();
    assertThat(warnings("method.name=fedit", "update.fraction-bits=24")).isEmpty();
    assertThat(warnings("training.learning-rate=1e-7", "training.head-learning-rate=1e-7"))
        .isEmpty();
  }

  @Test
  void aGridTooCoarseForWhatIsTrainedIsSaidWithTheOneThatFits() {
    assertThat(warnings("update.fraction-bits=1"))
        .singleElement(STRING)
        .startsWith("update.fraction-bits: 1 rounds what the client with ")
        .containsPattern("leave it at auto, which is \\d\\d here$");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "krum | 0.5 | krum with 2 clients in a round bears no faulty one; it bears one among 5",
        "krum | 1 | krum with 3 clients in a round bears no faulty one; it bears one among 5",
        "median | 0.5 | median with 2 clients in a round bears no faulty one; it bears one among 3",
        "trimmed-mean | 0.1 | trimmed-mean with 1 client in a round bears no faulty one; it bears"
            + " one among 3",
      })
  void aRobustMethodThatBearsNobodySaysHowManyItTakes(
      String method, String fraction, String sentence) {
    assertThat(warnings("method.name=" + method, "round.fraction=" + fraction))
        .containsExactly("method.name: " + sentence);
  }

  @Test
  void aRobustMethodThatIsToldToBearNobodySaysSo() {
    assertThat(warnings("method.name=krum", "method.robust.faulty=0"))
        .containsExactly(
            "method.name: krum with 3 clients in a round bears no faulty one; method.robust asks"
                + " for none");
    assertThat(warnings("method.name=median")).isEmpty();
  }

  @Test
  void clientsWithMoreExamplesThanTheyMayWeighAreCounted() {
    List<Integer> sizes =
        new ArrayList<>(bench.clients().values().stream().map(set -> set.size()).sorted().toList());
    assertThat(sizes.get(0)).isLessThan(sizes.get(2));
    assertThat(warnings("round.max-examples=" + sizes.get(0)))
        .singleElement(STRING)
        .startsWith("round.max-examples: ")
        .endsWith("raise it to " + sizes.get(2) + ", or leave it at auto");
    assertThat(warnings("round.max-examples=" + sizes.get(2))).isEmpty();
    assertRefused(
        "round.max-examples: 1 examples are no more than 0 of 3 clients have, and 1 are needed;"
            + " raise it to "
            + sizes.get(2)
            + ", or leave it at auto",
        "round.max-examples=1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[4, 2] | 2", "[4, 2, 2, 2] | 4"})
  void ranksAreOneForEachClient(String ranks, int count) {
    assertRefused(
        "method.ranks: names "
            + count
            + " ranks for 3 clients; name one for each client, or set method.rank for all",
        "method.name=flora",
        "method.rank=auto",
        "method.ranks=" + ranks);
  }

  private static List<String> warnings(String... changes) {
    return Start.of(bench, Tiny.config(changes)).warnings(bench);
  }

  private static void assertRefused(String sentence, String... changes) {
    WeftConfig config = Tiny.config(changes);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Start.of(bench, config))
        .withMessage(sentence);
  }
}
