package dev.weft.federation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The frame of every report: {@code report.html} with {@code report.css} inside. */
final class Page {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private Page() {}

  /** Fills the frame; {@code title} is text, the others are markup. */
  static String of(String title, String lead, String body) {
    Map<String, String> contents =
        Map.of(
            "title",
            Html.escape(title),
            "style",
            resource("report.css"),
            "lead",
            lead,
            "body",
            body);
    return PLACE
        .matcher(resource("report.html"))
        .replaceAll(place -> Matcher.quoteReplacement(contents.get(place.group(1))));
  }

  private static String resource(String name) {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
