package dev.weft.client.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StepsTest {

  @Test
  void aStepThatNeverEndsFailsAndNamesThoseAfterIt() {
    CountDownLatch never = new CountDownLatch(1);
    List<Finding> found =
        new Steps(Duration.ofMillis(50))
            .then("first", () -> Finding.ok("first", "is well"))
            .then(
                "hangs",
                () -> {
                  never.await();
                  return Finding.ok("hangs", "never");
                })
            .then("next", () -> Finding.ok("next", "never tried"))
            .take(List.of("last"));

    assertThat(found).extracting(Finding::what).containsExactly("first", "hangs");
    assertThat(found.get(1).toString())
        .startsWith("FAIL")
        .contains("no answer within 50ms")
        .endsWith("not tried: next, last");
  }

  @Test
  void whatIsThrownIsASentenceAndNoTrace() {
    List<Finding> found =
        new Steps(Duration.ofSeconds(10))
            .then(
                "breaks",
                () -> {
                  throw new UnsatisfiedLinkError("no libtorch here");
                })
            .take();
    assertThat(found.get(0).toString()).startsWith("FAIL  breaks").contains("no libtorch here");
  }
}
