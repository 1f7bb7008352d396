package dev.weft.federation.report;

import dev.weft.core.Text;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.federation.report.ComparisonReport.MethodRun;
import dev.weft.federation.report.RoundFigures.Run;
import dev.weft.finetune.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One page that holds everything: text, figures and style; it loads nothing and runs no script. */
public final class HtmlReport {
  private HtmlReport() {}

  public static String render(RunReport report) {
    RoundFigures figures =
        new RoundFigures(
            List.of(
                new Run(
                    report.method(),
                    0,
                    report.start().evaluation().isPresent() || report.start().atSites().isPresent(),
                    report.start().evaluation(),
                    report.rounds())));
    SitesFigures sites = new SitesFigures(report);
    String lead =
        Text.format(
            "%s · %s over %s · seed %d",
            Html.escape(report.method()),
            plural(report.rounds().size(), "round"),
            plural(report.clients(), "client"),
            report.seed());
    return Page.of(
        report.title(),
        lead,
        facts(report)
            + warnings(report.warnings())
            + "<section class=\"figures\" aria-label=\"Figures\">\n"
            + metrics(figures, report.metrics(), report.centralized())
            + (sites.isEmpty()
                ? ""
                : figure(
                    "Accuracy at the sites",
                    legend(List.of("mean", "lowest", "highest")),
                    sites.plot(figures)))
            + figure("Training loss", "mean over clients", figures.trainLoss())
            + figure("Communication", legend(List.of("up", "down")), figures.traffic())
            + "</section>\n"
            + RoundTables.rounds(report)
            + (sites.isEmpty() ? "" : sites.table())
            + report.labels().map(HtmlReport::labels).orElse("")
            + about(report.model(), report.last().map(round -> report.adapterDigest().hex()))
            + configuration(report.configuration()));
  }

  public static String render(ComparisonReport report) {
    List<MethodRun> methods = report.methods();
    RoundFigures figures =
        new RoundFigures(
            IntStream.range(0, methods.size()).mapToObj(i -> run(methods.get(i), i)).toList());
    String lead =
        Text.format(
            "%s on the same data, clients and seed %d",
            plural(methods.size(), "method"), report.seed());
    return Page.of(
        report.title(),
        lead,
        RoundTables.methods(report)
            + warnings(
                methods.stream()
                    .flatMap(one -> one.warnings().stream().map(w -> one.method() + ": " + w))
                    .toList())
            + "<h2>Round by round</h2>\n"
            + legend(methods.stream().map(MethodRun::method).toList())
            + "<section class=\"figures\" aria-label=\"Figures\">\n"
            + metrics(figures, report.metrics(), report.centralized())
            + figure("Training loss", "mean over clients", figures.trainLoss())
            + report.metrics().stream()
                .findFirst()
                .map(metric -> forItsBytes(figures, metric))
                .orElse("")
            + "</section>\n"
            + report.labels().map(HtmlReport::labels).orElse("")
            + about(report.model(), Optional.empty())
            + configuration(report.configuration()));
  }

  private static Run run(MethodRun method, int colour) {
    return new Run(
        method.method(), colour, method.start().isPresent(), method.start(), method.rounds());
  }

  private static String facts(RunReport report) {
    long up = report.rounds().stream().mapToLong(row -> row.metrics().bytesUp()).sum();
    Optional<MeasuredRound> last = report.last();
    return "<dl class=\"facts\">\n"
        + report.metrics().stream()
            .map(metric -> fact(metric, last, report))
            .collect(Collectors.joining())
        + new SitesFigures(report).last().map(HtmlReport::fact).orElse("")
        + fact("Sent up", Quantity.bytes(up), "by all clients")
        + fact("Sent down", Quantity.bytes(report.bytesDown()), "to all clients")
        + fact("Speed", Quantity.rate(report.examplesPerSecond()), "examples/s")
        + fact("Time", Quantity.duration(report.timing().seconds()), "from the command's start")
        + "</dl>\n";
  }

  private static String fact(Metric metric, Optional<MeasuredRound> last, RunReport report) {
    return fact(
        Html.capitalized(metric.label()),
        Quantity.score(last.map(row -> row.score(metric)).orElse(Double.NaN)),
        Stream.concat(
                mark("start", report.start().evaluation(), metric),
                mark("centralized", report.centralized(), metric))
            .collect(Collectors.joining(" · ")));
  }

  private static String fact(PooledEvaluation pooled) {
    return fact(
        Html.capitalized(pooled.accuracyMetric().label()) + " at sites",
        Quantity.score(pooled.meanAccuracy()),
        Text.format(
            "%s to %s over %s",
            Quantity.score(pooled.accuracy().least()),
            Quantity.score(pooled.accuracy().most()),
            plural(pooled.sites().size(), "site")));
  }

  /** A score to compare with, under its name. */
  private static Stream<String> mark(String name, Optional<Evaluation> mark, Metric metric) {
    return mark.stream()
        .map(one -> name + " " + Quantity.score(one.score(metric).orElse(Double.NaN)));
  }

  private static String fact(String name, String figure, String aside) {
    return Text.format(
        "<div><dt>%s</dt><dd class=\"figure\">%s</dd><dd class=\"aside\">%s</dd></div>\n",
        name, figure, aside);
  }

  private static String warnings(List<String> warnings) {
    return warnings.isEmpty()
        ? ""
        : warnings.stream()
            .map(warning -> "<li>" + Html.escape(warning) + "</li>\n")
            .collect(
                Collectors.joining(
                    "", "<ul class=\"warnings\" aria-label=\"Warnings\">\n", "</ul>\n"));
  }

  private static String metrics(
      RoundFigures figures, List<Metric> metrics, Optional<Evaluation> centralized) {
    return metrics.stream()
        .map(
            metric ->
                figure(
                    Html.capitalized(metric.label()),
                    basis(metric),
                    figures.metric(metric, centralized)))
        .collect(Collectors.joining());
  }

  private static String forItsBytes(RoundFigures figures, Metric metric) {
    return figure(
        Html.capitalized(metric.label()) + " for its bytes",
        "logarithmic",
        figures.perByte(metric));
  }

  /** What a metric is taken over. */
  private static String basis(Metric metric) {
    return switch (metric) {
      case ACCURACY -> "held-out examples";
      case MACRO_F1 -> "mean over classes";
      case PERPLEXITY, TOKEN_ACCURACY -> "held-out tokens";
    };
  }

  private static String figure(String title, String aside, String plot) {
    String side = aside.startsWith("<") ? aside : "<span>" + aside + "</span>";
    return Text.format("<figure>\n<figcaption>%s%s</figcaption>\n%s</figure>\n", title, side, plot);
  }

  private static String legend(List<String> names) {
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">");
    for (int i = 0; i < names.size(); i++) {
      legend.append(
          Text.format(
              "<li><span class=\"key c%d\"></span>%s</li>",
              i % Plot.COLOURS, Html.escape(names.get(i))));
    }
    return legend.append("</ul>\n").toString();
  }

  private static String labels(LabelDistribution labels) {
    return "<h2>Who has which classes</h2>\n"
        + "<p class=\"note\">Training examples per client and class; the stronger the shade,"
        + " the more.</p>\n"
        + LabelHeatMap.render(labels);
  }

  private static String about(ModelFacts model, Optional<String> adapterDigest) {
    List<String> entries = new ArrayList<>();
    entries.add(
        entry(
            "Base model",
            Text.format(
                "%s, %s parameters",
                Html.escape(model.name()), Quantity.count(model.parameters()))));
    entries.add(
        entry(
            "Weights",
            Text.format(
                "%s, %s bits per quantized weight, %s in memory",
                Html.escape(model.quantization()),
                Quantity.score(model.bitsPerWeight()),
                Quantity.bytes(model.residentBytes()))));
    entries.add(entry("Weights' digest", "<code>" + model.digest().hex() + "</code>"));
    adapterDigest.ifPresent(
        digest -> entries.add(entry("Adapter's digest", "<code>" + digest + "</code>")));
    return "<h2>What was run</h2>\n<dl class=\"about\">\n" + String.join("", entries) + "</dl>\n";
  }

  private static String entry(String name, String content) {
    return Text.format("<dt>%s</dt><dd>%s</dd>\n", name, content);
  }

  private static String configuration(String configuration) {
    return Text.format(
        "<details><summary>Complete configuration</summary>\n<pre>%s</pre></details>\n",
        Html.escape(configuration));
  }

  private static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
