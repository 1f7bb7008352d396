package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StepPartTest {

  @Test
  void everyFunctionThatIsToldApartIsAKernel() throws IOException {
    StringBuilder program = new StringBuilder();
    for (String file :
        List.of(
            "linear",
            "bert",
            "llama",
            "adapter",
            "classifier",
            "language",
            "quantization",
            "optimizer")) {
      try (InputStream source =
          Kernels.class.getResourceAsStream("/dev/weft/finetune/kernels/" + file + ".py")) {
        program.append(new String(source.readAllBytes(), StandardCharsets.UTF_8));
      }
    }

    assertThat(StepPart.functions())
        .allSatisfy(function -> assertThat(program).contains("def " + function + "(self"));
  }

  @Test
  void innermostFunctionSaysWhatACallIsFor() {
    assertThat(StepPart.of(List.of("llama_forward", "linear", "add_beside", "aten::bmm")))
        .isEqualTo(StepPart.ADAPTER);
    assertThat(StepPart.of(List.of("llama_forward", "linear", "aten::mm", "aten::to")))
        .isEqualTo(StepPart.LINEAR);
    assertThat(StepPart.of(List.of("llama_forward", "llama_attention", "rotate", "aten::mul")))
        .isEqualTo(StepPart.ATTENTION);
  }

  @Test
  void operatorSaysItWhereNoFunctionDoes() {
    assertThat(StepPart.of(List.of("bert_forward", "aten::bmm", "aten::copy_")))
        .isEqualTo(StepPart.ATTENTION);
    assertThat(StepPart.of(List.of("bert_forward", "aten::gelu"))).isEqualTo(StepPart.ELEMENTWISE);
  }

  @Test
  void sharesOfAllPartsMakeOneWhole() {
    Profile profile =
        new Profile(
            List.of(
                new Profile.Call("llama_forward", 0, 6),
                new Profile.Call("linear", 1, 4),
                new Profile.Call("adamw", 7, 8)),
            10);

    Map<StepPart, Double> shares = StepPart.shares(profile);

    assertThat(shares).containsOnlyKeys(StepPart.values());
    assertThat(shares.get(StepPart.LINEAR)).isCloseTo(0.3, within(1e-12));
    assertThat(shares.get(StepPart.ELEMENTWISE)).isCloseTo(0.3, within(1e-12));
    assertThat(shares.get(StepPart.OPTIMIZER)).isCloseTo(0.1, within(1e-12));
    assertThat(shares.get(StepPart.OUTSIDE_KERNELS)).isCloseTo(0.3, within(1e-12));
  }
}
