package dev.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page below {@code docs/} that is generated from the code and committed. */
public final class CommittedPage {
  private static final String REGENERATE = "mvn -pl core test -Dtest='*PageTest' -Dweft.docs=write";

  private CommittedPage() {}

  /** Compares the page with {@code generated}, or writes it when {@code weft.docs=write}. */
  public static void assertUpToDate(String name, String generated) throws IOException {
    Path page = Path.of(System.getProperty("basedir", "."), "..", "docs", name);
    if (System.getProperty("weft.docs", "").equals("write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, generated);
    }
    assertThat(page)
        .as("docs/%s is generated; regenerate it with: %s", name, REGENERATE)
        .content(StandardCharsets.UTF_8)
        .isEqualTo(generated);
  }

  /** The first line of every generated page. */
  public static String notice(String source) {
    return Text.format("<!-- Generated from %s; regenerate with: %s -->\n\n", source, REGENERATE);
  }

  /** One row of a table. */
  public static String row(String... cells) {
    StringBuilder row = new StringBuilder("|");
    for (String cell : cells) {
      row.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    return row.append('\n').toString();
  }
}
