package dev.weft.finetune.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProfileTest {

  @Test
  void callCountsForItsOwnTimeWithoutThatOfTheCallsInside() {
    Profile profile =
        new Profile(
            List.of(
                new Profile.Call("inner", 1, 3),
                new Profile.Call("innermost", 1, 2),
                new Profile.Call("outer", 0, 10),
                new Profile.Call("inner", 4, 5),
                new Profile.Call("other", 11, 12)),
            13);

    Map<String, Double> seconds = profile.secondsBy(names -> String.join(">", names));

    assertThat(seconds)
        .isEqualTo(
            Map.of("outer", 7.0, "outer>inner", 2.0, "outer>inner>innermost", 1.0, "other", 1.0));
  }

  @Test
  void kernelsAndTheOperatorsInThemAreSeenByName() {
    try (Arena arena = Arena.open()) {
      Program program =
          Program.compile(
              arena,
              """
                def outer(self, x: Tensor) -> Tensor:
                  return self.inner(x)

                def inner(self, x: Tensor) -> Tensor:
                  return torch.mm(x, x)
              """);
      NativeArray x = arena.floats(new float[64 * 64], 64, 64);

      Profile profile = Profile.of(() -> program.callOne(arena, "outer", x));

      Map<Boolean, Double> byPlace =
          profile.secondsBy(names -> names.containsAll(List.of("outer", "inner", "aten::mm")));
      assertThat(byPlace).containsKey(true);
    }
  }
}
