package dev.weft.simulation.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.federation.report.LabelDistribution;
import dev.weft.finetune.data.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerTest {
  private static final Seed SEED = new Seed(7);

  @Property
  void everyExampleGoesToExactlyOneClientAndNoClientIsEmpty(
      @ForAll("partitioners") Partitioner partitioner,
      @ForAll @IntRange(min = 12, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 20) int classes,
      @ForAll long seed) {
    Partition partition = partitioner.partition(examples(size, classes), new Seed(seed));
    List<Integer> dealt = new ArrayList<>();
    partition.clients().forEach(client -> dealt.addAll(client.examples()));
    assertThat(dealt).containsExactlyInAnyOrderElementsOf(Shares.positions(size));
    assertThat(partition.clients()).noneMatch(client -> client.examples().isEmpty());
    assertThat(partition.clients()).extracting(ClientShare::name).doesNotHaveDuplicates();
  }

  @Property
  void equalSeedsDealEqually(@ForAll("partitioners") Partitioner partitioner, @ForAll long seed) {
    List<Example> examples = examples(100, 5);
    assertThat(partitioner.partition(examples, new Seed(seed)))
        .isEqualTo(partitioner.partition(examples, new Seed(seed)));
  }

  @Test
  void anotherSeedDealsDifferently() {
    List<Example> examples = examples(100, 5);
    for (Partitioner partitioner :
        List.of(
            new DirichletPartitioner(4, 0.5),
            new EqualPartitioner(4),
            new QuantityPartitioner(4, 0.5))) {
      assertThat(partitioner.partition(examples, new Seed(1)))
          .isNotEqualTo(partitioner.partition(examples, new Seed(2)));
    }
  }

  @Property(tries = 100)
  void equalSharesDifferByAtMostOne(
      @ForAll @IntRange(min = 1, max = 50) int clients,
      @ForAll @IntRange(min = 50, max = 500) int size) {
    List<Integer> sizes = sizes(new EqualPartitioner(clients).partition(examples(size, 3), SEED));
    assertThat(Collections.max(sizes) - Collections.min(sizes)).isLessThanOrEqualTo(1);
  }

  /**
   * Of 400 examples, a client's running share strays from its mean by half an example with
   * probability below 1e-11 at this alpha: its standard deviation is at most 400 · 0.5/√(8 · 10⁶).
   */
  @Test
  void aLargeAlphaGivesEveryClientTheSameShareOfEveryClass() {
    Partition partition = new DirichletPartitioner(8, 1e6).partition(examples(400 * 25, 25), SEED);
    assertThat(distribution(partition, 400 * 25, 25).counts())
        .allSatisfy(row -> assertThat(row).containsOnly(50));
  }

  /**
   * E Σ p² = (alpha + 1)/(clients · alpha + 1) for one draw of shares p. Over 2000 classes,
   * Hoeffding bounds the chance to stray by 0.08 by 2·exp(-25.6) < 2e-11; the other 0.02 are for
   * rounding shares to hundredths.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 2, 100})
  void sharesOfAClassConcentrateAsTheDirichletDistributionSays(double alpha) {
    Partition partition =
        new DirichletPartitioner(10, alpha).partition(examples(2000 * 100, 2000), SEED);
    LabelDistribution distribution = distribution(partition, 2000 * 100, 2000);
    double sum = 0;
    for (List<Integer> client : distribution.counts()) {
      for (int count : client) {
        sum += count * count / 1e4;
      }
    }
    assertThat(sum / 2000).isCloseTo((alpha + 1) / (10 * alpha + 1), within(0.1));
  }

  /**
   * A client with m examples has a share of the first of two equal classes that strays from 1/2 by
   * √(13/m) with probability at most 2·exp(-26) < 2e-11 (Hoeffding, without replacement).
   */
  @Test
  void quantitySkewLeavesTheClassesAlone() {
    Partition partition = new QuantityPartitioner(6, 0.5).partition(examples(20_000, 2), SEED);
    LabelDistribution distribution = distribution(partition, 20_000, 2);
    for (int client = 0; client < 6; client++) {
      double size = distribution.examples(client);
      assertThat(distribution.counts().get(client).get(0) / size)
          .isCloseTo(0.5, within(Math.sqrt(13 / size)));
    }
    List<Integer> sizes = sizes(partition);
    assertThat(Collections.max(sizes)).isGreaterThan(2 * Collections.min(sizes));
  }

  @Test
  void aColumnPartitionHasOneClientPerSiteWithItsExamples() {
    List<Example> examples =
        List.of(at("b", "1"), at("a", "2"), at("b", "3"), at("c", "4"), at("a", "5"));
    assertThat(new ColumnPartitioner(Optional.of(3)).partition(examples, SEED).clients())
        .containsExactly(
            new ClientShare("a", List.of(1, 4)),
            new ClientShare("b", List.of(0, 2)),
            new ClientShare("c", List.of(3)));
  }

  @Test
  void anotherNumberOfSitesThanAskedForIsRefused() {
    assertRefused(
        new ColumnPartitioner(Optional.of(8)),
        List.of(at("a", "1"), at("b", "2")),
        Problem.INVALID_COMBINATION,
        "simulation.clients: is 8 but the training data names 2 sites");
  }

  @Test
  void examplesWithoutClassesAreNotDealtByClassButInEveryOtherWay() {
    List<Example> examples =
        List.of(unlabelled("bern", "1"), unlabelled("cork", "2"), unlabelled("bern", "3"));
    assertRefused(
        new DirichletPartitioner(2, 0.5),
        examples,
        Problem.INVALID_COMBINATION,
        "this data has no classes; set simulation.partition.scheme = equal");
    for (Partitioner partitioner :
        List.of(
            new EqualPartitioner(2),
            new QuantityPartitioner(2, 0.5),
            new ColumnPartitioner(Optional.of(2)))) {
      assertThat(sizes(partitioner.partition(examples, SEED))).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void theFirstExampleWithoutSiteIsNamedByItsLine() {
    assertRefused(
        new ColumnPartitioner(Optional.empty()),
        examples(3, 2),
        Problem.BAD_DATA,
        "data.csv:1: names no site, nor do 2 others, which simulation.partition.scheme = column");
  }

  @Test
  void fewerExamplesThanClientsAreRefused() {
    for (Partitioner partitioner :
        List.of(
            new DirichletPartitioner(5, 0.5),
            new EqualPartitioner(5),
            new QuantityPartitioner(5, 0.5))) {
      assertThat(sizes(partitioner.partition(examples(5, 2), SEED))).containsOnly(1);
      assertRefused(
          partitioner,
          examples(4, 2),
          Problem.EMPTY_CLIENT,
          "4 training examples cannot give each of 5 clients one");
    }
  }

  @Test
  void anEmptyClientTakesTheLastExampleOfTheLargest() {
    List<List<Integer>> shares = new ArrayList<>();
    for (List<Integer> share :
        List.of(List.<Integer>of(), List.of(1, 2), List.of(3, 4), List.<Integer>of())) {
      shares.add(new ArrayList<>(share));
    }
    Shares.fillEmpty(shares);
    assertThat(shares).containsExactly(List.of(2), List.of(1), List.of(3), List.of(4));
  }

  private static void assertRefused(
      Partitioner partitioner, List<Example> examples, Problem problem, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> partitioner.partition(examples, SEED))
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == problem);
  }

  @Provide
  Arbitrary<Partitioner> partitioners() {
    Arbitrary<Integer> clients = Arbitraries.integers().between(1, 12);
    Arbitrary<Double> alpha = Arbitraries.of(1e-3, 0.1, 1.0, 1e9);
    return Arbitraries.oneOf(
        Combinators.combine(clients, alpha).as(DirichletPartitioner::new),
        Combinators.combine(clients, alpha).as(QuantityPartitioner::new),
        clients.map(EqualPartitioner::new));
  }

  private static List<Integer> sizes(Partition partition) {
    return partition.clients().stream().map(client -> client.examples().size()).toList();
  }

  private static Example at(String client, String text) {
    return new Example(place(text), Optional.of("label"), Optional.of(client));
  }

  private static Example unlabelled(String client, String text) {
    return new Example(place(text), Optional.empty(), Optional.of(client));
  }

  private static Place place(String source) {
    return new Place(source, 1);
  }

  private static List<Example> examples(int size, int classes) {
    return IntStream.range(0, size)
        .mapToObj(
            i ->
                new Example(
                    new Place("data.csv", size - i),
                    Optional.of("class-" + i % classes),
                    Optional.empty()))
        .toList();
  }

  /** Of these {@link #examples}. */
  private static LabelDistribution distribution(Partition partition, int size, int classes) {
    return partition.distribution(
        IntStream.range(0, classes).mapToObj(i -> "class-" + i).toList(),
        IntStream.range(0, size).map(i -> i % classes).toArray());
  }
}
