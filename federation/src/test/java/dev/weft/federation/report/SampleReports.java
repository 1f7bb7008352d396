package dev.weft.federation.report;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.federation.report.ComparisonReport.MethodRun;
import dev.weft.finetune.ModelFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Invented reports in the shape of real ones. */
final class SampleReports {
  private static final double NAN = Double.NaN;
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final List<Double> ACCURACY = List.of(0.718, 0.7865, 0.812, 0.8195, 0.8235);
  private static final List<Double> MACRO_F1 = List.of(0.519, 0.6213, 0.661, 0.6894, 0.7023);
  private static final List<Double> LOSS = List.of(1.412, 0.8273, 0.6654, 0.5791, 0.5212);

  static final ModelFacts MODEL =
      new ModelFacts(
          "all-MiniLM-L6-v2", 22_713_216, "nf4-double", 4.127, 53_400_128, digest("model"));

  private static final Optional<Evaluation> CENTRALIZED =
      Optional.of(Evaluation.classification(0.6, 0.835, 0.726, 2000));

  private static final Timing TIMING =
      new Timing(
          List.of(new Phase("opening", 3.4), new Phase("start", 10), new Phase("rounds", 200)));

  private SampleReports() {}

  static RunReport run() {
    return run("Fed-SB on WordNet glosses", "client-", List.of());
  }

  static RunReport run(String title, String client, List<String> warnings) {
    return new RunReport(
        title,
        "fed-sb",
        new RunOutcome.Completed(),
        7,
        MODEL,
        8,
        Findings.of(Optional.of(classified(2.9, 0.4512, 0.3107))),
        rounds(0, 470_000, 470_000),
        Optional.empty(),
        CENTRALIZED,
        Optional.of(labels(client)),
        "run {\n  # All reproducible randomness derives from this.\n  seed = 7\n}\n",
        warnings,
        digest("adapter"),
        412.7,
        TIMING);
  }

  static RunReport withoutRounds() {
    return withRounds(List.of());
  }

  static RunReport withBrokenNumbers() {
    return withRounds(
        List.of(
            row(1, NAN, Optional.of(classified(NAN, 0.5, 0.5)), 0, 0, NAN, NAN, 1),
            row(2, INFINITE, Optional.of(classified(INFINITE, NAN, 0.5)), 0, 0, 0, 0, 1)));
  }

  /** Of a coordinator without held-out examples, whose sites have some. */
  static RunReport atSites(String site) {
    return new RunReport(
        "Measured elsewhere",
        "fed-sb",
        new RunOutcome.Completed(),
        7,
        MODEL,
        4,
        asked(site, 0.25),
        List.of(
            measuredRow(1, asked(site, 0.5)),
            measuredRow(2, Findings.NONE),
            measuredRow(3, asked(site, 0.75))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        List.of(),
        digest("adapter"),
        1,
        TIMING);
  }

  private static MeasuredRound measuredRow(int round, Findings findings) {
    return new MeasuredRound(
        row(round, 1, Optional.empty(), 9000, 9000, 0, 1e-8, 3).metrics(), findings);
  }

  private static Findings asked(String site, double accuracy) {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put(site, new AnswerCounts(100, 100, Math.round(100 * accuracy), 50));
    counts.put("south", new AnswerCounts(300, 300, Math.round(240 * accuracy), 450));
    return Findings.NONE.with(
        new SitesEvaluation(
            Optional.of(PooledEvaluation.of(counts, true)),
            List.of("east"),
            new TreeMap<>(Map.of("west", "is not here")),
            1000));
  }

  /** A language model's, whose last round diverged. */
  static RunReport language() {
    return new RunReport(
        "Stories",
        "ffa-lora",
        new RunOutcome.Completed(),
        7,
        MODEL,
        4,
        Findings.of(Optional.of(Evaluation.language(3, 0.2, 90))),
        List.of(
            row(1, 2.1, Optional.of(Evaluation.language(2, 0.41, 90)), 9000, 9000, 0, 1e-8, 3),
            row(2, 1.7, Optional.of(Evaluation.language(1.5, 0.52, 90)), 9000, 9000, 0, 1e-8, 3),
            row(3, 900, Optional.of(Evaluation.language(900, 0, 90)), 9000, 9000, 0, 1e-8, 3)),
        Optional.empty(),
        Optional.of(Evaluation.language(1.25, 0.55, 90)),
        Optional.empty(),
        "",
        List.of(),
        digest("adapter"),
        0.314,
        TIMING);
  }

  private static RunReport withRounds(List<MeasuredRound> rounds) {
    return new RunReport(
        "Unlucky",
        "fed-sb",
        new RunOutcome.Failed("round 1: nobody is left"),
        7,
        MODEL,
        8,
        Findings.NONE,
        rounds,
        Optional.of("method.measure-error is <false>"),
        Optional.empty(),
        Optional.of(labels("client-")),
        "",
        List.of(),
        digest("adapter"),
        0,
        TIMING);
  }

  static ComparisonReport comparison() {
    List<MethodRun> methods = new ArrayList<>();
    List<String> names =
        List.of("fedit", "ffa-lora", "flora", "fedex-lora", "flexlora", "lora-fair", "fed-sb");
    long[] bytes = {2_950_000, 1_470_000, 2_950_000, 2_950_000, 5_900_000, 2_950_000, 470_000};
    for (int i = 0; i < names.size(); i++) {
      methods.add(
          new MethodRun(
              names.get(i),
              new RunOutcome.Completed(),
              Optional.of(classified(2.9, 0.4512, 0.3107)),
              rounds(0.012 * (6 - i), bytes[i], bytes[i]),
              i == 3 ? Optional.of("there is a reason") : Optional.empty(),
              i == 2
                  ? List.of("client-3: gave no sign of life for 300 s; round 2 went on")
                  : List.of(),
              digest(names.get(i)),
              200 + 10 * i));
    }
    return new ComparisonReport(
        "Seven methods on WordNet glosses",
        7,
        MODEL,
        methods,
        CENTRALIZED,
        Optional.of(labels("client-")),
        "run { seed = 7 }\n",
        TIMING);
  }

  private static List<MeasuredRound> rounds(double penalty, long up, long down) {
    return IntStream.range(0, ACCURACY.size())
        .mapToObj(
            i ->
                row(
                    i + 1,
                    LOSS.get(i) + penalty,
                    Optional.of(
                        classified(0.9, ACCURACY.get(i) - penalty, MACRO_F1.get(i) - penalty)),
                    up,
                    i == 0 ? 3 * down : down,
                    3.2e-8,
                    7.5e-9,
                    41.3 + i))
        .toList();
  }

  private static Evaluation classified(double loss, double accuracy, double macroF1) {
    return Evaluation.classification(loss, accuracy, macroF1, 2000);
  }

  private static LabelDistribution labels(String client) {
    List<String> classes =
        List.of(
            "noun.act",
            "noun.animal",
            "noun.artifact",
            "noun.attribute",
            "noun.body",
            "noun.cognition",
            "noun.communication",
            "noun.event",
            "noun.feeling",
            "noun.food",
            "noun.group",
            "noun.location",
            "noun.motive",
            "noun.object",
            "noun.person",
            "noun.phenomenon",
            "noun.plant",
            "noun.possession",
            "noun.process",
            "noun.quantity",
            "noun.relation",
            "noun.shape",
            "noun.state",
            "noun.substance",
            "noun.time");
    SeededRandom random = new Seed(7).of("sample").random();
    List<List<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      counts.add(
          classes.stream()
              .map(name -> (int) (random.nextGamma(0.5) * 120 * random.nextDouble()))
              .toList());
    }
    return new LabelDistribution(
        IntStream.rangeClosed(1, 8).mapToObj(i -> client + i).toList(), classes, counts);
  }

  private static Digest digest(String name) {
    return Digest.of(name.getBytes(StandardCharsets.UTF_8));
  }

  /** A measured round of eight clients. */
  static MeasuredRound row(
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
