package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables of docs/methods.md are the generated ones; {@code -Dweft.docs=write} writes them. */
class MethodsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "methods.md");

  @Test
  void overviewIsTheGeneratedOne() throws IOException {
    assertGenerated("overview", CompatibilityTable.overview());
  }

  @Test
  void compatibilityIsTheGeneratedOne() throws IOException {
    assertGenerated("compatibility", CompatibilityTable.markdown());
  }

  @Test
  void adaptersAreTheGeneratedOnes() throws IOException {
    assertGenerated("adapters", CompatibilityTable.adapters());
  }

  private static void assertGenerated(String name, String table) throws IOException {
    String page = Files.readString(PAGE);
    String begin = Text.format("<!-- begin generated: %s -->\n", name);
    int start = page.indexOf(begin) + begin.length();
    int end = page.indexOf("<!-- end generated -->", start);
    if (System.getProperty("weft.docs", "").equals("write")) {
      Files.writeString(PAGE, page.substring(0, start) + table + page.substring(end));
    } else {
      assertThat(page.substring(start, end)).isEqualTo(table);
    }
  }
}
