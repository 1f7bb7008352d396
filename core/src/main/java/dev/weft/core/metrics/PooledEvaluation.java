package dev.weft.core.metrics;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * How well a model answers the held-out examples of sites, none of whose own figures is kept.
 *
 * @param mean weighted by what each site was asked, examples or tokens: what the pooled examples
 *     would give
 * @param loss spread of the sites' mean losses
 * @param accuracy spread of the sites' shares of right answers
 * @param sites that counted, in order of their names
 */
public record PooledEvaluation(Evaluation mean, Spread loss, Spread accuracy, List<String> sites) {

  public PooledEvaluation {
    sites = List.copyOf(sites);
  }

  /**
   * Of the counts of at least one site, none of which has a {@linkplain AnswerCounts#fault fault}.
   *
   * @param counts by site
   * @param classes whether classes are predicted, rather than text
   */
  public static PooledEvaluation of(SortedMap<String, AnswerCounts> counts, boolean classes) {
    long examples = 0;
    long targets = 0;
    long correct = 0;
    double lossSum = 0;
    for (AnswerCounts one : counts.values()) {
      examples += one.examples();
      targets += one.targets();
      correct += one.correct();
      lossSum += one.lossSum();
    }
    double loss = lossSum / targets;
    double accuracy = (double) correct / targets;
    return new PooledEvaluation(
        classes
            ? new Evaluation(loss, Map.of(Metric.ACCURACY, accuracy), examples)
            : Evaluation.language(loss, accuracy, examples),
        Spread.of(counts.values().stream().map(AnswerCounts::meanLoss).toList()),
        Spread.of(counts.values().stream().map(AnswerCounts::accuracy).toList()),
        List.copyOf(counts.keySet()));
  }

  /** Which metric a share of right answers is: of examples, or of tokens. */
  public Metric accuracyMetric() {
    return mean.scores().containsKey(Metric.ACCURACY) ? Metric.ACCURACY : Metric.TOKEN_ACCURACY;
  }

  /** Share of right answers over all that the sites were asked. */
  public double meanAccuracy() {
    return mean.scores().get(accuracyMetric());
  }
}
