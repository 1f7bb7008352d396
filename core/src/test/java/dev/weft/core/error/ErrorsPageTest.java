package dev.weft.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.CommittedPage;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generates {@code docs/errors.md} from {@link Problem}. */
class ErrorsPageTest {
  private static final String INTRODUCTION =
      """
      # Errors

      Weft reports a problem in one sentence: what is wrong, where, and what to do. The code at its end leads here.

      - `W-01..`: configuration
      - `W-02..`: data, models and updates
      - `W-03..`: rounds and runs
      - `W-04..`: identities, keys and certificates
      - `W-09..`: defects of Weft

      """;

  @Test
  void errorsPageIsUpToDate() throws IOException {
    StringBuilder page = new StringBuilder(CommittedPage.notice("Problem")).append(INTRODUCTION);
    page.append(CommittedPage.row("Code", "Name", "Meaning", "What to do"));
    page.append("|---|---|---|---|\n");
    for (Problem problem : Problem.values()) {
      page.append(
          CommittedPage.row(
              problem.code(), "`" + problem + "`", problem.meaning(), problem.remedy()));
    }
    CommittedPage.assertUpToDate("errors.md", page.toString());
  }

  @ParameterizedTest
  @EnumSource
  void everyProblemHasACodeAMeaningAndARemedy(Problem problem) {
    assertThat(problem.code()).matches("W-0[12349]\\d\\d");
    assertThat(problem.meaning()).matches("(?s)[A-Z].*\\.");
    assertThat(problem.remedy()).matches("(?s)[A-Z].*\\.");
  }

  @Test
  void codesAreDistinctAndAscending() {
    assertThat(Arrays.stream(Problem.values()).map(Problem::code))
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void anExceptionPrintsItsSentenceAndCode() {
    WeftException error = new WeftException(Problem.UNKNOWN_KEY, "weft.conf:1: x is not a key");
    assertThat(error.sentence()).isEqualTo("weft.conf:1: x is not a key (W-0101)");
    assertThat(error).hasMessage("weft.conf:1: x is not a key");
  }
}
