package dev.weft.federation.report;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;

/** Who has how much of which class: a table whose cells are shaded by their counts. */
final class LabelHeatMap {
  private static final int MOST_CLIENTS = 64;

  private LabelHeatMap() {}

  static String render(LabelDistribution labels) {
    int shown = Math.min(labels.clients().size(), MOST_CLIENTS);
    int most =
        labels.counts().stream().flatMap(List::stream).mapToInt(Integer::intValue).max().orElse(0);
    StringBuilder table = new StringBuilder();
    table.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" ");
    table.append("aria-label=\"Training examples per client and class\">\n<table class=\"heat\">");
    List<String> heading = new ArrayList<>(List.of("client", "<span>all</span>"));
    labels
        .classes()
        .forEach(name -> heading.add(Text.format("<span>%s</span>", Html.escape(name))));
    table.append(Html.heading(heading)).append("<tbody>\n");
    for (int client = 0; client < shown; client++) {
      table.append("<tr><th scope=\"row\">").append(Html.escape(labels.clients().get(client)));
      table.append("</th><td class=\"sum\">").append(Quantity.count(labels.examples(client)));
      table.append("</td>");
      labels.counts().get(client).forEach(count -> table.append(cell(count, most)));
      table.append("</tr>\n");
    }
    table.append("</tbody></table>\n</div>\n");
    if (shown < labels.clients().size()) {
      table.append(
          Text.format(
              "<p class=\"note\">The first %d of %d clients.</p>\n",
              shown, labels.clients().size()));
    }
    return table.toString();
  }

  /**
   * Shaded by the root of the count, so that few can be told from none, and never so dark that the
   * count could not be read.
   */
  private static String cell(int count, int most) {
    if (count == 0) {
      return "<td class=\"none\">·</td>";
    }
    double shade = 0.05 + 0.6 * Math.sqrt((double) count / most);
    return Text.format("<td style=\"--shade:%s\">%d</td>", Quantity.fixed(shade, 2), count);
  }
}
