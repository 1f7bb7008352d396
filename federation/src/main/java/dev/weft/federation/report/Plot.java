package dev.weft.federation.report;

import dev.weft.core.Text;
import java.util.List;
import java.util.Optional;

/**
 * A figure as inline SVG: axes with ticks and grid, and marks drawn between them. Colours are the
 * style sheet's {@code c0}, {@code c1}, …; sizes are in units of the view box, which the page
 * scales.
 */
final class Plot {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 272;
  private static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 16;
  private static final int BOTTOM = 46;

  /** The style sheet's number of colours. */
  static final int COLOURS = 8;

  /** A named sequence of points in one colour. */
  record Series(String name, int colour, List<Point> points) {
    Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A value of a series.
   *
   * @param text as the reader sees it
   */
  record Point(double x, double y, String text) {}

  /** A level to compare with, drawn as a dashed line. */
  record Level(double y, String text) {}

  private final Axis x;
  private final Axis y;
  private final StringBuilder marks = new StringBuilder();

  private Plot(Axis x, Axis y) {
    this.x = x;
    this.y = y;
  }

  /** Lines with points; a single series is labelled with its last value. */
  static String lines(
      String title, String xTitle, Axis x, Axis y, List<Series> series, Optional<Level> level) {
    Plot plot = new Plot(x, y);
    level.ifPresent(plot::level);
    series.forEach(plot::line);
    if (series.size() == 1) {
      plot.lastValue(series.get(0));
    }
    return plot.svg(title, xTitle, series, level);
  }

  /** Bars side by side, one of each series at every x. */
  static String bars(String title, String xTitle, Axis x, Axis y, List<Series> series) {
    Plot plot = new Plot(x, y);
    double slot = plot.px(x.low() + 1) - plot.px(x.low());
    double width = Math.min(26, slot * 0.72 / series.size());
    for (int i = 0; i < series.size(); i++) {
      plot.bars(series.get(i), (i - series.size() / 2.0) * width, width);
    }
    return plot.svg(title, xTitle, series, Optional.empty());
  }

  private void line(Series series) {
    StringBuilder path = new StringBuilder();
    for (Point point : series.points()) {
      path.append(path.isEmpty() ? 'M' : 'L').append(at(px(point.x()), py(point.y()), ' '));
    }
    marks.append(
        Text.format("<path class=\"line %s\" d=\"%s\"/>\n", colour(series), path.toString()));
    boolean dense = series.points().size() > 40;
    for (Point point : series.points()) {
      marks.append(
          Text.format(
              "<circle class=\"%s %s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>\n",
              dense ? "hit" : "point",
              colour(series),
              number(px(point.x())),
              number(py(point.y())),
              dense ? "5" : "3.5",
              Html.escape(series.name() + ": " + point.text())));
    }
  }

  private void bars(Series series, double offset, double width) {
    for (Point point : series.points()) {
      double top = py(point.y());
      marks.append(
          Text.format(
              "<rect class=\"bar %s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"1.5\">"
                  + "<title>%s</title></rect>\n",
              colour(series),
              number(px(point.x()) + offset),
              number(top),
              number(width - Math.min(1.5, 0.2 * width)),
              number(Math.max(HEIGHT - BOTTOM - top, 0)),
              Html.escape(series.name() + ": " + point.text())));
    }
  }

  private void level(Level level) {
    String height = number(py(level.y()));
    marks.append(
        Text.format(
            "<line class=\"level\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>\n",
            LEFT, WIDTH - RIGHT, height, height));
    marks.append(
        text("level-text", LEFT + 6, py(level.y()) - 6, "start", Html.escape(level.text())));
  }

  /** Written where a curve that flattens out leaves room: below a rising one, above a falling. */
  private void lastValue(Series series) {
    List<Point> points = series.points();
    if (!points.isEmpty()) {
      Point last = points.get(points.size() - 1);
      boolean rising = points.size() > 1 && last.y() >= points.get(0).y();
      boolean atEdge = px(last.x()) > WIDTH - RIGHT - 24;
      marks.append(
          text(
              "value",
              atEdge ? WIDTH - 2 : px(last.x()),
              py(last.y()) + (rising ? 22 : -11),
              atEdge ? "end" : "middle",
              Html.escape(last.text())));
    }
  }

  private String svg(String title, String xTitle, List<Series> series, Optional<Level> level) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        Text.format(
            "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH, HEIGHT, Html.escape(description(title, series, level))));
    for (double tick : y.ticks()) {
      String height = number(py(tick));
      svg.append(
          Text.format(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>\n",
              LEFT, WIDTH - RIGHT, height, height));
      svg.append(text("tick", LEFT - 8, py(tick) + 4.5, "end", y.text(tick)));
    }
    svg.append(
        Text.format(
            "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
            LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM));
    for (double tick : x.ticks()) {
      svg.append(text("tick", px(tick), HEIGHT - BOTTOM + 18, "middle", x.text(tick)));
    }
    svg.append(text("tick", LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 7, "middle", xTitle));
    return svg.append(marks).append("</svg>\n").toString();
  }

  /** What the figure says, for those who do not see it. */
  private static String description(String title, List<Series> series, Optional<Level> level) {
    StringBuilder description = new StringBuilder(title).append('.');
    for (Series one : series) {
      if (!one.points().isEmpty()) {
        description.append(
            Text.format(
                " %s: from %s to %s.",
                one.name(),
                one.points().get(0).text(),
                one.points().get(one.points().size() - 1).text()));
      }
    }
    level.ifPresent(line -> description.append(" Dashed line: ").append(line.text()).append('.'));
    return description.toString();
  }

  private double px(double value) {
    return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String colour(Series series) {
    return "c" + series.colour() % COLOURS;
  }

  private static String text(String style, double x, double y, String anchor, String content) {
    return Text.format(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n",
        style, number(x), number(y), anchor, content);
  }

  private static String at(double x, double y, char between) {
    return number(x) + between + number(y);
  }

  private static String number(double value) {
    return Quantity.fixed(value, 1);
  }
}
