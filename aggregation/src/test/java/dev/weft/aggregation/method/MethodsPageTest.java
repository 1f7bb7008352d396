package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables of docs/methods.md are the generated ones. */
class MethodsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "methods.md");

  @Test
  void overviewIsTheGeneratedOne() throws IOException {
    assertThat(between("overview")).isEqualTo(CompatibilityTable.overview());
  }

  @Test
  void compatibilityIsTheGeneratedOne() throws IOException {
    assertThat(between("compatibility")).isEqualTo(CompatibilityTable.markdown());
  }

  @Test
  void adaptersAreTheGeneratedOnes() throws IOException {
    assertThat(between("adapters")).isEqualTo(CompatibilityTable.adapters());
  }

  private static String between(String name) throws IOException {
    String page = Files.readString(PAGE);
    String begin = "<!-- begin generated: %s -->\n".formatted(name);
    int start = page.indexOf(begin) + begin.length();
    return page.substring(start, page.indexOf("<!-- end generated -->", start));
  }
}
