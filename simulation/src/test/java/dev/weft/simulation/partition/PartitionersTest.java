package dev.weft.simulation.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.SimulationConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.data.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionersTest {
  private static final Example EXAMPLE =
      new Example(new Place("data.csv", 1), Optional.empty(), Optional.empty());

  @Test
  void theConfigurationNamesThePartitioner() {
    assertThat(chosen("dirichlet", true)).isEqualTo(new DirichletPartitioner(4, 0.5));
    assertThat(chosen("equal", true)).isEqualTo(new EqualPartitioner(4));
    assertThat(chosen("quantity", true)).isEqualTo(new QuantityPartitioner(4, 0.5));
    assertThat(chosen("column", true)).isEqualTo(new ColumnPartitioner(Optional.of(4)));
    assertThat(Partitioners.card("column").partitioner().apply(config("column", "auto")))
        .isEqualTo(new ColumnPartitioner(Optional.empty()));
  }

  @Test
  void withoutANameExamplesWithClassesAreDealtByThemAndOthersEqually() {
    assertThat(chosen("auto", true)).isEqualTo(new DirichletPartitioner(4, 0.5));
    assertThat(chosen("auto", false)).isEqualTo(new EqualPartitioner(4));
  }

  @Test
  void aWrongNameIsAnsweredWithTheKnownOnes() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Partitioners.card("equals"))
        .withMessage(
            "simulation.partition.scheme: equals is not a partitioner; choose one of auto,"
                + " dirichlet, equal, quantity, column")
        .matches(e -> e.problem() == Problem.BAD_VALUE);
  }

  @Test
  void theDocumentationOfTheKeyNamesAllOfThem() {
    assertThat(Path.of("..", "docs", "configuration.md"))
        .content()
        .contains("Partitioner: " + String.join(" \\| ", Partitioners.names()) + "; auto is");
  }

  @ParameterizedTest
  @CsvSource({
    "a, 0, b, 0, deals an example twice",
    "a, 0, b, 2, deals an example that there is not",
    "a, 0, b, -1, deals an example that there is not",
    "a, 0, a, 1, has two clients of one name",
  })
  void whoDealsOtherwiseThanEachExampleOnceIsRefused(
      String first, int one, String second, int other, String complaint) {
    assertRefused(
        List.of(new ClientShare(first, List.of(one)), new ClientShare(second, List.of(other))),
        complaint);
  }

  @Test
  void whoLeavesExamplesOutIsRefused() {
    assertRefused(List.of(new ClientShare("a", List.of(1))), "leaves examples out");
  }

  private static void assertRefused(List<ClientShare> shares, String complaint) {
    PartitionerCard card =
        PartitionerCard.of("mine", config -> (examples, seed) -> new Partition(shares));

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> card.deal(config("auto", "2"), List.of(EXAMPLE, EXAMPLE), new Seed(1)))
        .withMessageStartingWith("simulation.partition.scheme: mine " + complaint);
  }

  private static Partitioner chosen(String scheme, boolean withClasses) {
    SimulationConfig config = config(scheme, "4");
    return Partitioners.card(config.partition(), withClasses).partitioner().apply(config);
  }

  private static SimulationConfig config(String scheme, String clients) {
    return ConfigLoader.load(
            Optional.empty(),
            Map.of("simulation.partition.scheme", scheme, "simulation.clients", clients))
        .simulation();
  }
}
