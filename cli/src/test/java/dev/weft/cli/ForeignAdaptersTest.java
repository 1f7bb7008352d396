package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that PEFT 0.21.2 saved, measured as PEFT measures them, or refused. */
class ForeignAdaptersTest {
  @TempDir Path runs;

  /** Losses are those of PEFT in float32; the base alone has 2.003. */
  @ParameterizedTest
  @CsvSource({
    "plain, 7.314",
    "alpha_regex_all, 9.696",
    "alpha_regex_layer, 9.527",
    "alpha_suffix_one, 5.831",
    "rank_plain_fixed_alpha, 4.970",
    "rank_regex, 9.113",
    "rslora_mixed, 8.363",
    "default_in_names, 6.947",
    "dora_weight_suffix, 4.758"
  })
  void anAdapterOfPeftHasTheLossThatPeftMeasures(String adapter, String loss) {
    Invocation run = evaluate(adapter);

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().toList().get(2)).matches("3 +" + loss + " .*");
    assertThat(run.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "init_pissa, init_lora_weights = pissa took the adapter's start away from the base model",
    "bin_only, adapter_model.bin: only safetensors are read",
    "nan, model.layers.2.self_attn.v_proj.lora_B.weight holds NaN"
  })
  void whatCannotBeMeasuredRightIsRefused(String adapter, String sentence) {
    Invocation run = evaluate(adapter);

    assertThat(run.err()).startsWith("weft: ").contains(sentence).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }

  /** Its layers are narrower than the rank that the default method brings. */
  @Test
  void aRankThatNobodyChoseFitsATinyModelAndTheHeadSaysSo() {
    Invocation run =
        Invocation.weft(
            "simulate",
            "--rounds",
            "1",
            "--set",
            "model.source=" + resource("bert/tiny"),
            "--set",
            "data.source=" + resource("bert/ok.jsonl"),
            "--set",
            "run.output=" + runs);

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("warning  method.rank: auto is \\d+ here and not the \\d+ of ");
    assertThat(run.status()).isZero();
  }

  @Test
  void aHeadBehindTheirPoolerIsNotTakenForOneOverTheMean() {
    Invocation run =
        Invocation.weft(
            "evaluate",
            "--adapter",
            resource("bert/seq_cls_adapter").toString(),
            "--model",
            resource("bert/tiny").toString(),
            "--set",
            "data.source=" + resource("bert/ok.jsonl"),
            "--set",
            "engine.precision=float32");

    assertThat(run.err())
        .contains("classification head base_model.model.classifier.weight is that of another model")
        .hasLineCount(1);
    assertThat(run.status()).isEqualTo(Weft.BAD_INPUT);
  }

  private static Invocation evaluate(String adapter) {
    Path stories = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(
        Files.isDirectory(stories), "weft.models names no folder with the model stories260K");
    return Invocation.weft(
        "evaluate",
        "--adapter",
        resource("peft/" + adapter).toString(),
        "--model",
        stories.toString(),
        "--data",
        resource("peft/eval.jsonl").toString(),
        "--set",
        "engine.precision=float32");
  }

  private static Path resource(String name) {
    try {
      return Path.of(ForeignAdaptersTest.class.getResource("/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
