package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.Delivery;
import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final ChainAdapter FORM = ChainAdapter.lora(1, 1);
  private static final GlobalState STATE =
      GlobalState.initial(
          Adapter.zeros(
              FORM,
              AdapterTarget.of(
                  List.of(new AdapterTarget.Layer("query", 2, 2)), new AdapterTarget.Head(2, 2))),
          FORM.parts().stream()
              .collect(Collectors.toMap(part -> part, part -> new Origin.Zeros())));

  private static final RunEvent STARTED =
      new RunEvent.RunStarted(Digest.builder().add("state").build());
  private static final RunEvent NEXT = new RunEvent.RoundStarted(3, 1, List.of("bern"));

  private final StringWriter printed = new StringWriter();

  @Test
  void aCommittedRoundIsOneLineWithAllItsFigures() {
    RunView view = view(0);
    view.accept(committed());
    assertThat(printed.toString()).isEmpty();
    view.accept(new RunEvent.Evaluated(2, Evaluation.classification(0.7, 0.7865, 0.6213, 2000)));
    assertThat(printed.toString()).isEmpty();
    view.accept(NEXT);
    assertThat(printed.toString().strip())
        .isEqualTo(
            "round 2/5  loss 0.827  test loss 0.700  accuracy 0.787  macro-F1 0.621  up 470 kB "
                + " down 1.41 MB  aggregation error 2.1e-08 (fixed-point bound 4.0e-07)  12.3 s");
  }

  @Test
  void theStartIsALineOfWhatWasMeasured() {
    RunView view = view(0);
    view.accept(STARTED);
    view.accept(new RunEvent.Evaluated(0, Evaluation.classification(2.9, 0.451, 0.31, 2000)));
    view.accept(NEXT);
    assertThat(printed.toString().strip())
        .isEqualTo("start      test loss 2.900  accuracy 0.451  macro-F1 0.310");
  }

  @Test
  void aLanguageModelsRoundHasItsOwnMetrics() {
    RunView view = view(0);
    view.accept(committed());
    view.accept(new RunEvent.Evaluated(2, Evaluation.language(Math.log(12.5), 0.25, 2000)));
    view.accept(NEXT);
    assertThat(printed.toString())
        .contains(
            "loss 0.827  test loss 2.526  perplexity 12.500  token accuracy 0.250  up 470 kB");
  }

  @Test
  void aStateThatCouldNotBeMeasuredSaysWhy() {
    RunView view = view(0);
    view.accept(STARTED);
    view.accept(new RunEvent.EvaluationFailed(0, "no memory (W-0900)"));
    view.accept(NEXT);
    view.accept(committed());
    view.accept(new RunEvent.EvaluationFailed(2, "it took too long"));
    view.accept(NEXT);
    assertThat(printed.toString())
        .contains("start      test loss not measured")
        .contains("not measured: no memory (W-0900)")
        .contains("round 2/5  loss 0.827  test loss not measured  up 470 kB")
        .contains("not measured: it took too long");
  }

  @Test
  void aRoundIsPrintedThoughTheRunEndsBeforeItIsMeasured() {
    RunView view = view(0);
    view.accept(committed());
    view.accept(new RunEvent.RunEnded(new RunOutcome.Stopped(), STATE));
    assertThat(printed.toString()).contains("round 2/5  loss 0.827  up 470 kB");
  }

  @Test
  void aCoordinatorWithoutHeldOutExamplesSaysNothingOfATest() {
    RunView view = view(0);
    view.accept(STARTED);
    view.accept(NEXT);
    view.accept(committed());
    view.accept(NEXT);
    assertThat(printed.toString().strip())
        .startsWith("round 2/5  loss 0.827  up 470 kB")
        .doesNotContain("measured", "test");
  }

  @Test
  void whatSitesMeasuredIsOnTheLineOfTheRound() {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    counts.put("north", new AnswerCounts(10, 10, 9, 5));
    counts.put("south", new AnswerCounts(30, 30, 15, 45));
    RunView view = view(0);
    view.accept(committed());
    view.accept(
        new RunEvent.EvaluatedAtSites(
            2,
            new SitesEvaluation(
                Optional.of(PooledEvaluation.of(counts, true)),
                List.of("east"),
                new TreeMap<>(Map.of("west", "is not here")),
                0)));
    view.accept(NEXT);
    assertThat(printed.toString().strip())
        .startsWith(
            "round 2/5  loss 0.827  at 2 sites: test loss 1.250  accuracy 0.600 (accuracy 0.500 to"
                + " 0.900), 1 withheld, 1 missing  up 470 kB");
  }

  @Test
  void aLossThatClientsKeepToThemselvesIsWithheld() {
    RunView view = view(200);
    view.accept(new RunEvent.RoundStarted(2, 1, List.of("aachen", "bern")));
    view.accept(new RunEvent.ClientProgress(2, "aachen", 30, 30, OptionalDouble.empty()));
    assertThat(lastShown()).endsWith("loss withheld");
    view.accept(new RunEvent.ClientProgress(2, "bern", 10, 20, OptionalDouble.of(2.0)));
    assertThat(lastShown()).endsWith("loss 2.000");
    view.accept(
        new RunEvent.RoundCommitted(
            new RoundMetrics(2, 2, 50, 50, Double.NaN, 1, 1, 0, 0, 1),
            Digest.builder().add("state").build()));
    view.accept(NEXT);
    assertThat(printed.toString()).contains("round 2/5  loss withheld  up");
  }

  @Test
  void aDroppedClientIsItsSentence() {
    view(0).accept(new RunEvent.ClientDropped(2, "bern", "bern: gave no sign of life"));
    assertThat(printed.toString().strip()).isEqualTo("bern: gave no sign of life");
  }

  @Test
  void progressIsNotPrintedWhereLinesMustStayPlain() {
    RunView view = view(0);
    view.accept(new RunEvent.RoundStarted(2, 1, List.of("aachen", "bern")));
    view.accept(new RunEvent.ClientProgress(2, "bern", 10, 20, OptionalDouble.of(0.5)));
    view.accept(new RunEvent.ClientDelivered(2, "bern", delivery()));
    assertThat(printed.toString()).isEmpty();
  }

  @Test
  void aTerminalShowsTheCohortsShareOfTheRoundAndItsLossWeightedByExamples() {
    RunView view = view(200);
    view.accept(new RunEvent.RoundStarted(2, 1, List.of("aachen", "bern")));
    view.accept(new RunEvent.ClientProgress(2, "aachen", 30, 30, OptionalDouble.of(1.0)));
    view.accept(new RunEvent.ClientProgress(2, "bern", 10, 20, OptionalDouble.of(2.0)));
    assertThat(lastShown())
        .startsWith("round 2/5 " + LiveLine.bar(0.75, 20) + " 0/2 clients")
        .endsWith("loss 1.250");
    view.accept(new RunEvent.ClientDelivered(2, "aachen", delivery()));
    view.accept(new RunEvent.ClientDelivered(2, "bern", delivery()));
    assertThat(lastShown()).contains("2/2 clients").endsWith("aggregating and evaluating");
  }

  @Test
  void aNewRoundForgetsTheProgressOfTheLast() {
    RunView view = view(200);
    view.accept(new RunEvent.RoundStarted(1, 1, List.of("bern")));
    view.accept(new RunEvent.ClientProgress(1, "bern", 20, 20, OptionalDouble.of(2.0)));
    view.accept(new RunEvent.RoundStarted(2, 1, List.of("bern")));
    assertThat(lastShown()).isEqualTo("round 2/5 " + LiveLine.bar(0, 20) + " 0/1 clients");
  }

  private RunView view(int columns) {
    PrintWriter out = new PrintWriter(printed);
    return new RunView(new LiveLine(new Console(out, out, columns)), 5);
  }

  private String lastShown() {
    return printed.toString().substring(printed.toString().lastIndexOf("\u001b[K") + 3);
  }

  private static Delivery delivery() {
    return new Delivery(
        20,
        new ClientReply.Uploaded(
            new RoundId("run", 2, 1),
            new Artifact(Digest.of(new byte[0]), 0),
            new TrainingFigures(0.5, 20, 100, 2),
            1));
  }

  private static RunEvent committed() {
    return new RunEvent.RoundCommitted(
        new RoundMetrics(2, 2, 50, 50, 0.8273, 470_000, 1_410_000, 2.1e-8, 4e-7, 12.34),
        Digest.builder().add("state").build());
  }
}
