package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reads the output of a command that ended well has all of it. */
class LostOutputTest {
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"No space left on device", "Bad file descriptor", "Input/output error"})
  void outputThatDoesNotArriveIsNoSuccessAndSaysWhy(String reason) {
    assertThat(run(reason, "--version")).isEqualTo(Weft.LOST_OUTPUT);
    assertThat(err.toString())
        .startsWith("weft: standard output could not be written, for " + reason + ", so that")
        .contains("(W-0107)")
        .hasLineCount(1);
  }

  @Test
  void aReaderThatHasEnoughIsToldNothingButItIsNoSuccess() {
    assertThat(run("Broken pipe", "--help")).isEqualTo(Weft.LOST_OUTPUT);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aStatusThatSaysMoreStays() {
    assertThat(run("No space left on device", "evaluate", "--json", "--model", "none"))
        .isEqualTo(Weft.BAD_INPUT);
  }

  @Test
  void outputThatArrivesIsASuccess() {
    assertThat(run(OutputStream.nullOutputStream(), "--version")).isZero();
  }

  private int run(String reason, String... arguments) {
    return run(
        new OutputStream() {
          @Override
          public void write(int single) throws IOException {
            throw new IOException(reason);
          }
        },
        arguments);
  }

  private int run(OutputStream stream, String... arguments) {
    StandardOutput out = new StandardOutput(stream);
    PrintWriter printed = new PrintWriter(out, true, StandardCharsets.UTF_8);
    return Weft.run(new Console(printed, new PrintWriter(err), 0, out::failure), arguments);
  }
}
