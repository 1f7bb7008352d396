package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeftTest {

  @Test
  void theVersionIsTheOneThatTheBuildWroteDown() {
    Invocation run = Invocation.weft("--version");
    assertThat(run.status()).isZero();
    assertThat(run.out().strip()).matches("weft [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
  }
}
