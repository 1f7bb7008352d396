package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.privacy.secagg.message.UnmaskShares;
import java.util.HashMap;
import java.util.Map;

/** What must hold of every session, however it ends. */
final class Both {
  private Both() {}

  /** Of each site each other one reveals one share at most, and all that it sends is the same. */
  static void neverSent(Play play) {
    Map<Integer, UnmaskShares> answers = new HashMap<>();
    for (UnmaskShares answer : play.revealed) {
      UnmaskShares before = answers.putIfAbsent(answer.from(), answer);
      assertThat(before == null || before.equals(answer))
          .as("site %s answers once", answer.from())
          .isTrue();
      assertThat(answer.shares().stream().map(UnmaskShares.Revealed::of).distinct().count())
          .isEqualTo(answer.shares().size());
    }
  }
}
