package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.federation.report.ComparisonReport;
import dev.weft.federation.report.Findings;
import dev.weft.federation.report.LabelDistribution;
import dev.weft.federation.report.MeasuredRound;
import dev.weft.federation.report.Phase;
import dev.weft.federation.report.RunReport;
import dev.weft.federation.report.Timing;
import dev.weft.finetune.ModelFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunTablesTest {
  private static final Digest DIGEST = Digest.builder().add("any").build();
  private static final ModelFacts MODEL =
      new ModelFacts("encoder", 22_565_376, "nf4-double", 4.127, 53_300_000, DIGEST);
  private static final Optional<LabelDistribution> LABELS =
      Optional.of(
          new LabelDistribution(List.of("bern"), List.of("a", "b"), List.of(List.of(1, 2))));
  private static final Optional<Evaluation> CENTRALIZED =
      Optional.of(Evaluation.classification(0.6, 0.835, 0.726, 2000));
  private static final List<MeasuredRound> ROUNDS =
      List.of(
          row(1, 1.4, classified(0.7, 0.5), 400_000, 900_000, 3e-8, 4e-7, 10),
          row(2, 0.9, classified(0.8, 0.6), 400_000, 600_000, 1e-8, 5e-7, 10));

  private static final Timing TIMING =
      new Timing(
          List.of(new Phase("opening", 3.4), new Phase("start", 10), new Phase("rounds", 200)));

  @Test
  void aRunEndsWithItsScoresTheirDistanceToTheReferenceAndItsCosts() {
    assertThat(RunTables.of(run(ROUNDS, CENTRALIZED)))
        .containsExactly(
            "",
            "                          test loss  accuracy  macro-F1",
            "───────────────────────────────────────────────────────",
            "start                         2.900     0.400     0.300",
            "fed-sb after round 2          0.500     0.800     0.600",
            "centralized, same budget      0.600     0.835     0.726",
            "distance                     -0.100    -0.035    -0.126",
            "",
            "sent     800 kB up, 1.50 MB down in 2 rounds",
            "error    of aggregation not measured: it was not asked for",
            "speed    413 examples/s while rounds are on",
            "time     3 min 33 s in all: opening 3.4 s, start 10.0 s, rounds 3 min 20 s",
            "adapter  " + DIGEST);
  }

  @Test
  void aLanguageModelEndsWithItsOwnScores() {
    List<MeasuredRound> rounds =
        List.of(
            row(1, 2, Optional.of(Evaluation.language(Math.log(12.5), 0.25, 9)), 1, 1, 0, 0, 1));
    assertThat(
            RunTables.of(
                run(
                    Optional.empty(),
                    rounds,
                    Optional.of(Evaluation.language(Math.log(8), 0.5, 9)))))
        .startsWith(
            "",
            "                          test loss  perplexity  token accuracy",
            "───────────────────────────────────────────────────────────────",
            "fed-sb after round 1          2.526      12.500           0.250",
            "centralized, same budget      2.079       8.000           0.500",
            "distance                     +0.446      +4.500          -0.250");
  }

  @Test
  void aLastRoundThatWasNotMeasuredHasNoScoresAndNoDistance() {
    List<MeasuredRound> rounds =
        List.of(ROUNDS.get(0), row(2, 0.9, Optional.empty(), 1, 1, 0, 0, 1));
    assertThat(RunTables.of(run(rounds, CENTRALIZED)))
        .contains(
            "fed-sb after round 2              –         –         –",
            "distance                          –         –         –");
  }

  @Test
  void withoutAReferenceThereIsNoDistance() {
    assertThat(RunTables.of(run(ROUNDS.subList(0, 1), Optional.empty())))
        .contains("fed-sb after round 1      0.500     0.700     0.500")
        .contains("sent     400 kB up, 900 kB down in 1 round")
        .noneMatch(line -> line.contains("distance"));
  }

  @Test
  void aRunWithoutRoundsSaysSo() {
    assertThat(RunTables.of(run(List.of(), Optional.empty())))
        .containsExactly("no round was committed");
  }

  @Test
  void aComparisonHasARowPerMethodWithItsSteadyTrafficAndItsWorstError() {
    List<String> lines = RunTables.of(comparison());
    assertThat(lines)
        .contains("error    of flora not measured: it was not asked for")
        .filteredOn(line -> !line.isEmpty() && !line.matches("(time|error) .*"))
        .extracting(line -> line.split(" {2,}", -1)[0])
        .containsExactly(
            "method", "─".repeat(lines.get(1).length()), "fed-sb", "flora", "centralized");
    assertThat(line(lines, "fed-sb"))
        .containsExactly(
            "fed-sb", "0.800", "0.600", "400 kB", "600 kB", "800 kB", "1.50 MB", "3.0e-08",
            "5.0e-07", "21.0 s");
    assertThat(line(lines, "flora")).hasSize(10).containsOnly("flora", "–");
    assertThat(line(lines, "centralized")).startsWith("centralized", "0.835", "0.726", "–");
  }

  private static String[] line(List<String> lines, String method) {
    return lines.stream()
        .filter(line -> line.startsWith(method))
        .findFirst()
        .orElseThrow()
        .split(" {2,}", -1);
  }

  @Test
  void whatSitesMeasuredIsSaidWhereTheCoordinatorMeasuresNothing() {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put("north", new AnswerCounts(10, 10, 9, 5));
    counts.put("south", new AnswerCounts(30, 30, 15, 45));
    Findings asked =
        new Findings(
            Optional.empty(),
            Optional.of(
                new SitesEvaluation(
                    Optional.of(PooledEvaluation.of(counts, true)),
                    List.of("east"),
                    new TreeMap<>(Map.of("west", "is not here")),
                    1_000_000)),
            Optional.empty());
    MeasuredRound round =
        new MeasuredRound(
            row(1, 0.5, Optional.empty(), 1_000_000, 2_000_000, 0, 0, 1).metrics(), asked);

    assertThat(RunTables.of(run(Optional.empty(), List.of(round), Optional.empty())))
        .startsWith(
            "",
            "sites    test loss 1.250 (0.500 to 1.500), accuracy 0.500 to 0.900 on 40 held-out"
                + " examples of north, south",
            "         mean accuracy 0.600",
            "withheld by east",
            "missing  west: is not here",
            "sent     1.00 MB up, 3.00 MB down in 1 round");
  }

  private static Optional<Evaluation> classified(double accuracy, double macroF1) {
    return Optional.of(Evaluation.classification(0.5, accuracy, macroF1, 2000));
  }

  private static RunReport run(List<MeasuredRound> rounds, Optional<Evaluation> reference) {
    return run(Optional.of(Evaluation.classification(2.9, 0.4, 0.3, 2000)), rounds, reference);
  }

  private static RunReport run(
      Optional<Evaluation> start, List<MeasuredRound> rounds, Optional<Evaluation> reference) {
    return new RunReport(
        "run",
        "fed-sb",
        new RunOutcome.Completed(),
        7,
        MODEL,
        1,
        Findings.of(start),
        rounds,
        Optional.of("it was not asked for"),
        reference,
        LABELS,
        "",
        List.of(),
        DIGEST,
        412.7,
        TIMING);
  }

  private static ComparisonReport comparison() {
    return new ComparisonReport(
        "compare",
        7,
        MODEL,
        List.of(
            new ComparisonReport.MethodRun(
                "fed-sb",
                new RunOutcome.Completed(),
                Optional.empty(),
                ROUNDS,
                Optional.empty(),
                List.of(),
                DIGEST,
                21),
            new ComparisonReport.MethodRun(
                "flora",
                new RunOutcome.Stopped(),
                Optional.empty(),
                List.of(),
                Optional.of("it was not asked for"),
                List.of(),
                DIGEST,
                1)),
        CENTRALIZED,
        LABELS,
        "",
        TIMING);
  }

  private static MeasuredRound row(
      int round,
      double trainLoss,
      Optional<Evaluation> evaluation,
      long bytesUp,
      long bytesDown,
      double aggregationError,
      double fixedPointBound,
      double seconds) {
    return new MeasuredRound(
        new RoundMetrics(
            round,
            8,
            2000,
            2000,
            trainLoss,
            bytesUp,
            bytesDown,
            aggregationError,
            fixedPointBound,
            seconds),
        Findings.of(evaluation));
  }
}
