package dev.weft.federation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String HOSTILE = "</td><script>alert('\"&{{body}}$1')</script>";

  static List<String> pages() {
    return List.of(
        HtmlReport.render(SampleReports.run()),
        HtmlReport.render(SampleReports.run(HOSTILE, HOSTILE, List.of(HOSTILE))),
        HtmlReport.render(SampleReports.withoutRounds()),
        HtmlReport.render(SampleReports.withBrokenNumbers()),
        HtmlReport.render(SampleReports.language()),
        HtmlReport.render(SampleReports.atSites(HOSTILE)),
        HtmlReport.render(SampleReports.comparison()));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void thePageIsWellFormed(String page) throws Exception {
    assertThat(parse(page).getElementsByTagName("main").getLength()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void thePageLoadsNothingAndRunsNothing(String page) {
    assertThat(page)
        .doesNotContainIgnoringCase("http://")
        .doesNotContainIgnoringCase("https://")
        .doesNotContain("url(", "@import", "src=", "<script");
    assertThat(Pattern.compile("href=\"(?!data:,\")").matcher(page).find()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void noCoordinateIsMissingAndEveryFigureSaysWhatItShows(String page) throws Exception {
    assertThat(
            Pattern.compile("(x|y|x1|y1|x2|y2|cx|cy|d|width|height)=\"[^\"]*(–|NaN|Inf)")
                .matcher(page)
                .find())
        .isFalse();
    for (Element figure : elements(parse(page), "svg")) {
      if (figure.getAttribute("class").equals("plot")) {
        assertThat(figure.getAttribute("aria-label")).isNotBlank();
        assertThat(figure.getAttribute("role")).isEqualTo("img");
      }
    }
  }

  @Test
  void aRunIsToldInNumbersAndFigures() throws Exception {
    String page = HtmlReport.render(SampleReports.run());
    assertThat(page)
        .contains(
            "Fed-SB on WordNet glosses",
            "0.824",
            "0.702",
            "start 0.451 · centralized 0.835",
            "1.41\u00A0MB")
        .contains("3\u00A0min 33\u00A0s", "22\u2009713\u2009216", "4.127", "53.4\u00A0MB")
        .contains(SampleReports.MODEL.digest().hex(), "seed = 7", "noun.phenomenon", "client-8");
    Document document = parse(page);
    assertThat(plots(document)).hasSize(4);
    assertThat(elements(document, "circle")).hasSize(2 * 6 + 5);
    assertThat(elements(document, "rect")).hasSize(2 * 5);
  }

  @Test
  void aLanguageModelHasItsOwnMetricsAndNoClasses() throws Exception {
    String page = HtmlReport.render(SampleReports.language());
    assertThat(page)
        .contains("3 rounds", "4 clients")
        .contains(
            "<dt>Perplexity</dt>",
            "start 20.086 · centralized 3.490",
            "<dt>Token accuracy</dt>",
            "7.389")
        .contains("<dt>Speed</dt><dd class=\"figure\">0.31</dd>")
        .doesNotContain("<dt>Accuracy", "macro-F1", "Macro-F1", "Who has which classes");
    List<String> figures =
        plots(parse(page)).stream().map(plot -> plot.getAttribute("aria-label")).toList();
    assertThat(figures).hasSize(4);
    assertThat(figures.get(0)).startsWith("Perplexity per round").contains("from 20.086", "4.482");
    assertThat(figures.get(1)).startsWith("Token accuracy per round");
    assertThat(elements(parse(page), "th").stream().map(Element::getTextContent))
        .containsSubsequence(
            "round", "loss", "test loss", "perplexity", "token accuracy", "up", "start", "1");
  }

  @Test
  void whatSitesMeasuredIsToldInAFigureAndATableAndWhoMeasured() throws Exception {
    String page = HtmlReport.render(SampleReports.atSites("north"));
    assertThat(page)
        .contains("<dt>Accuracy at sites</dt><dd class=\"figure\">0.638</dd>")
        .contains("0.600 to 0.750 over 2 sites")
        .contains("Measured last by north, south. Kept to themselves by east.")
        .contains("Not known of west: is not here.")
        .doesNotContain("<dt>Accuracy</dt>", ">test loss</th><th>up");
    Document document = parse(page);
    assertThat(plots(document).stream().map(plot -> plot.getAttribute("aria-label")))
        .anySatisfy(
            label ->
                assertThat(label)
                    .startsWith("Accuracy at the sites per round")
                    .contains("mean: from 0.213", "lowest: from 0.200", "highest: from 0.250"));
    assertThat(elements(document, "td").stream().map(Element::getTextContent))
        .containsSubsequence(
            "2", "400", "1.250", "0.500", "1.500", "0.500", "0.638", "0.600", "0.750", "0.075");
  }

  @Test
  void aComparisonShowsEveryMethodInEveryFigure() throws Exception {
    Document document = parse(HtmlReport.render(SampleReports.comparison()));
    assertThat(plots(document)).hasSize(4);
    for (Element plot : plots(document)) {
      assertThat(plot.getAttribute("aria-label")).contains("fedit: from", "fed-sb: from");
    }
    assertThat(elements(document, "circle")).hasSize(7 * (6 + 6 + 5 + 5));
  }

  @Test
  void anErrorThatWasNotMeasuredHasItsReason() {
    assertThat(HtmlReport.render(SampleReports.withBrokenNumbers()))
        .contains("They were not measured: method.measure-error is &lt;false&gt;.");
    assertThat(HtmlReport.render(SampleReports.comparison()))
        .contains(" That of fedex-lora was not measured: there is a reason.");
    assertThat(HtmlReport.render(SampleReports.run())).doesNotContain("not measured");
  }

  @Test
  void whatUsersWroteIsText() throws Exception {
    Document document =
        parse(HtmlReport.render(SampleReports.run(HOSTILE, HOSTILE, List.of(HOSTILE))));
    assertThat(elements(document, "h1").get(0).getTextContent()).isEqualTo(HOSTILE);
    assertThat(elements(document, "li").get(0).getTextContent()).isEqualTo(HOSTILE);
    assertThat(elements(document, "th").stream().map(Element::getTextContent))
        .contains(HOSTILE + "1", HOSTILE + "8");
  }

  @Test
  void aHigherValueLiesHigherAndTheLevelIsWhereItsValueWouldBe() {
    String plot =
        Plot.lines(
            "title",
            "round",
            Axis.rounds(1, 3),
            Axis.decimal(0, 1, 5),
            List.of(
                new Plot.Series(
                    "a",
                    0,
                    List.of(new Plot.Point(1, 0.25, "low"), new Plot.Point(3, 0.75, "high")))),
            Optional.of(new Plot.Level(0.75, "level")));
    List<Double> heights = new ArrayList<>();
    Pattern.compile("cy=\"([0-9.]+)\"")
        .matcher(plot)
        .results()
        .forEach(found -> heights.add(Double.valueOf(found.group(1))));
    assertThat(heights).hasSize(2);
    assertThat(heights.get(1)).isLessThan(heights.get(0));
    assertThat(plot).containsPattern("class=\"level\"[^>]* y1=\"" + heights.get(1) + "\"");
  }

  @Property
  void anyTextReadsBackAsItself(@ForAll @Chars({'<', '&', '"', '\'', 'a', 'ü', '語'}) String text)
      throws Exception {
    Document document =
        parse("<p title=\"" + Html.escape(text) + "\">" + Html.escape(text) + "</p>");
    assertThat(document.getDocumentElement().getTextContent()).isEqualTo(text);
    assertThat(document.getDocumentElement().getAttribute("title")).isEqualTo(text);
  }

  @Property
  void noCharacterBreaksThePage(@ForAll String text) throws Exception {
    assertThat(parse("<p>" + Html.escape(text) + "</p>").getDocumentElement().getTagName())
        .isEqualTo("p");
  }

  @Test
  void aThousandClientsAreShownInPart() {
    String map =
        LabelHeatMap.render(
            new LabelDistribution(
                IntStream.range(0, 1000).mapToObj(i -> "client-" + i).toList(),
                List.of("a", "b"),
                IntStream.range(0, 1000).mapToObj(i -> List.of(i, 0)).toList()));
    assertThat(map).contains("The first 64 of 1000 clients").doesNotContain("client-64<");
  }

  private static List<Element> plots(Document document) {
    return elements(document, "svg").stream()
        .filter(svg -> svg.getAttribute("class").equals("plot"))
        .toList();
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  /** As XML, once the elements that HTML leaves open are closed: stricter than any browser. */
  private static Document parse(String page) throws Exception {
    String xml =
        page.replace("<!DOCTYPE html>\n", "").replaceAll("<(meta|link)([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
