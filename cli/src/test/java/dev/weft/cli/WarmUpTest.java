package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is loaded to be kept is that of a site which joins; nothing else of it stays. */
class WarmUpTest {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  @Test
  void aSiteJoinsAndNothingIsLeft() throws Exception {
    List<Path> before = left();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int status = Weft.run(new Console(new PrintWriter(out), new PrintWriter(err), 0), "warm-up");

    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(left()).isEqualTo(before);
  }

  private static List<Path> left() throws Exception {
    try (Stream<Path> files = Files.list(TEMPORARY)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("weft-warm-up-"))
          .sorted()
          .toList();
    }
  }
}
