package dev.weft.federation.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Markup in which everything that comes from outside is escaped. */
final class Html {
  private Html() {}

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isPrintable(point) ? point : '\uFFFD');
              }
            });
    return escaped.toString();
  }

  /** With a capital letter at its beginning. */
  static String capitalized(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static boolean isPrintable(int point) {
    return point == '\n'
        || point == '\t'
        || !(Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
  }

  /** Table cells of already escaped contents; the first heads its row. */
  static String row(List<String> cells) {
    return cells.stream()
        .skip(1)
        .map(cell -> "<td>" + cell + "</td>")
        .collect(
            Collectors.joining("", "<tr><th scope=\"row\">" + cells.get(0) + "</th>", "</tr>\n"));
  }

  static String heading(List<String> cells) {
    return cells.stream()
        .map(cell -> "<th scope=\"col\">" + cell + "</th>")
        .collect(Collectors.joining("", "<thead><tr>", "</tr></thead>\n"));
  }
}
