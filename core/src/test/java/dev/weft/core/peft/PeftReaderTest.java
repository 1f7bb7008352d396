package dev.weft.core.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.AdapterTarget.Layer;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class PeftReaderTest {
  private static final Layer QUERY = new Layer("model.layers.0.self_attn.q_proj", 5, 6);
  private static final Layer DOWN = new Layer("model.layers.0.mlp.down_proj", 6, 9);
  private static final List<Layer> LINEARS =
      List.of(QUERY, new Layer("model.layers.0.self_attn.k_proj", 4, 6), DOWN);
  private static final AdapterTarget.Head HEAD = new AdapterTarget.Head(3, 6);
  private static final PeftBase BASE = new PeftBase("some/base", "", "score");
  private static final String KEY = "base_model.model.model.layers.0.self_attn.q_proj";

  @TempDir private Path folder;

  static Stream<AdapterForm> forms() {
    return Stream.of(
        ChainAdapter.lora(2, 2),
        ChainAdapter.lora(3, (float) (8 / Math.sqrt(3))),
        new DoraAdapter(ChainAdapter.lora(2, 0.1f)),
        new HadamardAdapter(ChainAdapter.lora(2, 1)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void whatWasWrittenIsReadBackBitForBit(AdapterForm form) {
    for (AdapterTarget target :
        List.of(AdapterTarget.of(List.of(QUERY, DOWN)), AdapterTarget.of(List.of(DOWN), HEAD))) {
      GlobalState state = state(form, target);
      PeftAdapter.write(folder, state, BASE);
      assertThat(PeftReader.read(folder, LINEARS, target.head())).isEqualTo(state.adapter());
    }
  }

  @Test
  void formsThatPeftDoesNotKnowComeBackAsTheSameProduct() {
    for (ChainAdapter form :
        List.of(ChainAdapter.fullCore(2, 0.5f), ChainAdapter.diagonalCore(3, 0.5f))) {
      GlobalState state = state(form, AdapterTarget.of(List.of(QUERY)));
      PeftAdapter.write(folder, state, BASE);
      Adapter back = PeftReader.read(folder, LINEARS, Optional.empty());
      LowRank before = PeftAdapter.sum(state, 0);
      for (int row = 0; row < QUERY.out(); row++) {
        for (int column = 0; column < QUERY.in(); column++) {
          double product = 0;
          double expected = 0;
          for (int k = 0; k < before.rank(); k++) {
            product +=
                (double) back.form().scale()
                    * back.b(QUERY).at(row, k)
                    * back.a(QUERY).at(k, column);
            expected += (double) before.left().at(row, k) * before.right().at(k, column);
          }
          assertThat(product).isCloseTo(expected, within(1e-12));
        }
      }
    }
  }

  /** PEFT's HiRA has names of its own and no scale. */
  @Test
  void aPairThatMultipliesIsHira() throws IOException {
    GlobalState state =
        state(new HadamardAdapter(ChainAdapter.lora(2, 4)), AdapterTarget.of(List.of(QUERY)));
    PeftAdapter.write(folder, state, BASE);

    assertThat(Safetensors.read(folder.resolve(PeftAdapter.MODEL)).names())
        .containsExactlyInAnyOrder(KEY + ".hira_A", KEY + ".hira_B");
    assertThat(Files.readString(folder.resolve(PeftAdapter.CONFIG)))
        .contains("\"peft_type\" : \"HIRA\"", "\"r\" : 2")
        .doesNotContain("lora");
    Adapter back = PeftReader.read(folder, LINEARS, Optional.empty());
    assertThat(back.form().scale()).isEqualTo(1f);
    assertThat(back.a(QUERY)).isEqualTo(state.adapter().a(QUERY));
    for (int i = 0; i < back.b(QUERY).size(); i++) {
      assertThat(back.b(QUERY).at(i)).isEqualTo(4 * state.adapter().b(QUERY).at(i));
    }
  }

  @Test
  void rankStabilisedScaleAndPatternsAreHonoured() throws IOException {
    write(
        """
        {"peft_type": "LORA", "r": 4, "lora_alpha": 6, "use_rslora": true, "bias": "none",
         "rank_pattern": {"down_proj": 1}, "alpha_pattern": {"mlp.down_proj": 3},
         "modules_to_save": null, "target_modules": ["q_proj", "down_proj"]}
        """,
        Map.of(
            KEY + ".lora_A.weight",
            noise(1, 4, 6),
            KEY + ".lora_B.weight",
            noise(2, 5, 4),
            "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
            noise(3, 1, 9),
            "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight",
            noise(4, 6, 1)));

    Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

    assertThat(adapter.form()).isEqualTo(ChainAdapter.lora(4, 3));
    assertThat(adapter.target().layers()).containsExactly(QUERY, DOWN);
    assertThat(adapter.a(DOWN).leadingBlock(1, 9)).isEqualTo(noise(3, 1, 9));
    assertThat(adapter.a(DOWN).at(1, 0)).isZero();
    assertThat(adapter.a(QUERY)).isEqualTo(noise(1, 4, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"peft_type\": \"LOHA\"} ~ is not a LoRA adapter but LOHA",
        "{\"peft_type\": \"LORA\", \"bias\": \"all\"} ~ trains biases",
        "{\"peft_type\": \"LORA\", \"fan_in_fan_out\": true} ~ holds transposed weights",
        "{\"peft_type\": \"LORA\", \"r\": 8} ~ says rank 8.0 where model.layers.0.self_attn.q_proj"
            + " has 2",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 0} ~ the scale 0.0",
        "{\"peft_type\": \"LORA\", \"r\": \"two\"} ~ has no number in r",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"use_dora\": true} ~ lacks"
            + " base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
        "{\"peft_type\" ~ is not JSON"
      })
  void otherAdaptersAreRefusedInOneSentence(String config, String sentence) throws IOException {
    write(
        config,
        Map.of(KEY + ".lora_A.weight", noise(1, 2, 6), KEY + ".lora_B.weight", noise(2, 5, 2)));
    assertRefused(sentence);
  }

  @Test
  void tensorsThatDoNotFitTheModelAreRefused() throws IOException {
    String config = "{\"peft_type\": \"LORA\", \"r\": 2}";
    write(
        config,
        Map.of(KEY + ".lora_A.weight", noise(1, 2, 7), KEY + ".lora_B.weight", noise(2, 5, 2)));
    assertRefused("has factors [5, 2] and [2, 7] for model.layers.0.self_attn.q_proj");
    write(config, Map.of("base_model.model.other.lora_A.weight", noise(1, 2, 7)));
    assertRefused("adapts no layer of this model");
    write(
        config,
        Map.of(
            KEY + ".lora_A.weight",
            noise(1, 2, 6),
            KEY + ".lora_B.weight",
            noise(2, 5, 2),
            "base_model.model.lm_head.weight",
            noise(3, 2, 2)));
    assertRefused("holds base_model.model.lm_head.weight, which belongs to no layer");
  }

  @Test
  void anAdapterWithoutTheHeadThatTheTaskNeedsIsRefused() throws IOException {
    write(
        "{\"peft_type\": \"LORA\", \"r\": 2}",
        Map.of(KEY + ".lora_A.weight", noise(1, 2, 6), KEY + ".lora_B.weight", noise(2, 5, 2)));
    assertThatThrownBy(() -> PeftReader.read(folder, LINEARS, Optional.of(HEAD)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("holds no classification head");
  }

  @Test
  void aFolderThatHoldsNoAdapterIsNamed() {
    assertThatThrownBy(() -> PeftReader.read(folder, LINEARS, Optional.empty()))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MISSING_FILE))
        .hasMessageContaining("adapter_config.json: cannot be read");
  }

  private void assertRefused(String sentence) {
    assertThatThrownBy(() -> PeftReader.read(folder, LINEARS, Optional.empty()))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_CHECKPOINT))
        .hasMessageContaining(sentence);
  }

  private void write(String config, Map<String, Tensor> tensors) throws IOException {
    Files.writeString(folder.resolve(PeftAdapter.CONFIG), config);
    Files.write(
        folder.resolve(PeftAdapter.MODEL),
        Safetensors.encode(TensorMap.of(new LinkedHashMap<>(tensors)), Map.of()));
  }

  private static GlobalState state(AdapterForm form, AdapterTarget target) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    form.parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    TensorMap tensors =
        form.zeros(target).map((name, tensor) -> noise(name.hashCode(), tensor.shapeArray()));
    return GlobalState.initial(new Adapter(form, target, tensors), origins);
  }

  private static Tensor noise(long seed, int... shape) {
    return new Origin.Kaiming(new Seed(seed))
        .derive(TensorMap.of(Map.of("x", Tensor.zeros(shape))))
        .get("x");
  }
}
