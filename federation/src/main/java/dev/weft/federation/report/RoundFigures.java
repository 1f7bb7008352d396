package dev.weft.federation.report;

import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.federation.report.Plot.Level;
import dev.weft.federation.report.Plot.Point;
import dev.weft.federation.report.Plot.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The figures about rounds, for one method or for several side by side. */
final class RoundFigures {
  private static final int TICKS = 5;

  /**
   * The start and the rounds of one line in every figure.
   *
   * @param fromStart whether anything is known of the start
   */
  record Run(
      String name,
      int colour,
      boolean fromStart,
      Optional<Evaluation> start,
      List<MeasuredRound> rounds) {
    Run {
      rounds = List.copyOf(rounds);
    }
  }

  private final List<Run> runs;
  private final Axis rounds;

  RoundFigures(List<Run> runs) {
    this.runs = List.copyOf(runs);
    this.rounds =
        Axis.rounds(
            runs.stream().anyMatch(Run::fromStart) ? 0 : 1,
            runs.stream()
                .flatMap(run -> run.rounds().stream())
                .mapToInt(row -> row.metrics().round())
                .max()
                .orElse(1));
  }

  /** From the start, as round 0, to the last round. */
  String metric(Metric metric, Optional<Evaluation> centralized) {
    OptionalDouble mark =
        centralized.stream()
            .mapToDouble(evaluation -> evaluation.score(metric).orElse(Double.NaN))
            .filter(Double::isFinite)
            .findFirst();
    List<Series> series =
        runs.stream()
            .map(
                run ->
                    new Series(
                        run.name(),
                        run.colour(),
                        Stream.concat(
                                start(run, metric).stream(),
                                points(run.rounds(), row -> row.score(metric), Quantity::score))
                            .toList()))
            .toList();
    return values(Html.capitalized(metric.label()), series, mark);
  }

  String trainLoss() {
    return values(
        "Training loss",
        runs.stream()
            .map(
                run ->
                    series(
                        run.name(),
                        run.colour(),
                        run.rounds(),
                        row -> row.metrics().trainLoss(),
                        Quantity::score))
            .toList(),
        OptionalDouble.empty());
  }

  String values(String title, List<Series> series) {
    return values(title, series, OptionalDouble.empty());
  }

  private String values(String title, List<Series> series, OptionalDouble mark) {
    double[] shown = DoubleStream.concat(values(series), mark.stream()).toArray();
    return Plot.lines(
        title + " per round",
        "round",
        rounds,
        Axis.decimal(least(shown), most(shown), TICKS),
        series,
        mark.stream()
            .mapToObj(level -> new Level(level, "centralized " + Quantity.score(level)))
            .findFirst());
  }

  /** Bytes of every round in both directions; for one run. */
  String traffic() {
    List<MeasuredRound> rows = runs.get(0).rounds();
    List<Series> series =
        List.of(
            series("up", 0, rows, row -> row.metrics().bytesUp(), Quantity::bytes),
            series("down", 1, rows, row -> row.metrics().bytesDown(), Quantity::bytes));
    double most = most(values(series).toArray());
    return Plot.bars(
        "Bytes per round", "round", rounds, Axis.bytes(Math.max(most, 1), TICKS), series);
  }

  /** A metric against what had been sent up when it was reached; for several runs. */
  String perByte(Metric metric) {
    List<Series> series = new ArrayList<>();
    for (Run run : runs) {
      List<Point> points = new ArrayList<>();
      double sent = 0;
      for (MeasuredRound row : run.rounds()) {
        sent += row.metrics().bytesUp();
        double score = row.score(metric);
        if (sent > 0 && Double.isFinite(score)) {
          points.add(
              new Point(sent, score, Quantity.score(score) + " after " + Quantity.bytes(sent)));
        }
      }
      series.add(new Series(run.name(), run.colour(), points));
    }
    double[] sent =
        series.stream().flatMap(one -> one.points().stream()).mapToDouble(Point::x).toArray();
    double[] scores = values(series).toArray();
    return Plot.lines(
        Html.capitalized(metric.label()) + " against bytes sent up",
        "sent up by all clients so far",
        Axis.logarithmic(Math.max(least(sent), 1), Math.max(most(sent), 10), Quantity::bytes),
        Axis.decimal(least(scores), most(scores), TICKS),
        series,
        Optional.empty());
  }

  private static Optional<Point> start(Run run, Metric metric) {
    return run.start()
        .map(evaluation -> evaluation.score(metric).orElse(Double.NaN))
        .filter(Double::isFinite)
        .map(score -> new Point(0, score, Quantity.score(score)));
  }

  private static Series series(
      String name,
      int colour,
      List<MeasuredRound> rows,
      ToDoubleFunction<MeasuredRound> value,
      DoubleFunction<String> text) {
    return new Series(name, colour, points(rows, value, text).toList());
  }

  /** Values that are not finite leave a gap. */
  private static Stream<Point> points(
      List<MeasuredRound> rows,
      ToDoubleFunction<MeasuredRound> value,
      DoubleFunction<String> text) {
    return rows.stream()
        .filter(row -> Double.isFinite(value.applyAsDouble(row)))
        .map(
            row -> {
              double y = value.applyAsDouble(row);
              return new Point(row.metrics().round(), y, text.apply(y));
            });
  }

  private static DoubleStream values(List<Series> series) {
    return series.stream().flatMap(one -> one.points().stream()).mapToDouble(Point::y);
  }

  private static double least(double[] values) {
    return DoubleStream.of(values).min().orElse(0);
  }

  private static double most(double[] values) {
    return DoubleStream.of(values).max().orElse(1);
  }
}
