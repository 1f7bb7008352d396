package dev.weft.core.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.Text;
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
import dev.weft.core.adapter.VeraAdapter;
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
import org.junit.jupiter.params.provider.ValueSource;

final class PeftReaderTest {
  private static final Layer QUERY = new Layer("model.layers.0.self_attn.q_proj", 5, 6);
  private static final Layer DOWN = new Layer("model.layers.0.mlp.down_proj", 6, 9);
  private static final List<Layer> LINEARS =
      List.of(QUERY, new Layer("model.layers.0.self_attn.k_proj", 4, 6), DOWN);
  private static final AdapterTarget.Head HEAD = new AdapterTarget.Head(3, 6);
  private static final PeftBase BASE = new PeftBase("some/base", "", "score");
  private static final String KEY = "base_model.model.model.layers.0.self_attn.q_proj";
  private static final String DOWN_KEY = "base_model.model.model.layers.0.mlp.down_proj";

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

  /** PEFT's VeRA has one pair for all layers, names of its own and no scale. */
  @Test
  void vectorsAroundASharedPairAreVera() throws IOException {
    AdapterTarget target = AdapterTarget.of(List.of(QUERY, DOWN));
    for (float scale : List.of(1f, 4f)) {
      GlobalState state = state(VeraAdapter.of(2, scale), target);
      for (Part part : List.of(Part.A, Part.B)) {
        Origin shared = new Origin.Shared(new Seed(3), 1);
        state = state.with(shared.derive(state.adapter().part(part)), part);
      }
      PeftAdapter.write(folder, state, BASE);

      TensorMap file = Safetensors.read(folder.resolve(PeftAdapter.MODEL));
      assertThat(file.names())
          .containsExactlyInAnyOrder(
              "base_model.vera_A",
              "base_model.vera_B",
              KEY + ".vera_lambda_d",
              KEY + ".vera_lambda_b",
              DOWN_KEY + ".vera_lambda_d",
              DOWN_KEY + ".vera_lambda_b");
      assertThat(file.get("base_model.vera_A")).isEqualTo(state.adapter().a(DOWN));
      assertThat(file.get("base_model.vera_B")).isEqualTo(state.adapter().b(DOWN));
      assertThat(Files.readString(folder.resolve(PeftAdapter.CONFIG)))
          .contains("\"peft_type\" : \"VERA\"", "\"save_projection\" : true", "\"r\" : 2")
          .doesNotContain("lora", "pattern");
      Adapter back = PeftReader.read(folder, LINEARS, Optional.empty());
      assertThat(back.form()).isEqualTo(VeraAdapter.of(2, 1));
      for (Layer layer : target.layers()) {
        LowRank before = state.adapter().pair(layer);
        LowRank after = back.pair(layer);
        assertThat(after.right()).isEqualTo(before.right());
        for (int i = 0; i < after.left().size(); i++) {
          assertThat(after.left().at(i)).isCloseTo(before.left().at(i), within(1e-6f));
        }
      }
      if (scale == 1) {
        assertThat(back).isEqualTo(state.adapter());
      }
    }
  }

  @Test
  void vectorsAroundPairsOfTheirOwnAreWrittenAsTheirProduct() throws IOException {
    PeftAdapter.write(
        folder, state(VeraAdapter.of(2, 1), AdapterTarget.of(List.of(QUERY, DOWN))), BASE);

    assertThat(Files.readString(folder.resolve(PeftAdapter.CONFIG)))
        .contains("\"peft_type\" : \"LORA\"");
  }

  @Test
  void aVeraWithoutItsPairIsRefused() throws IOException {
    write(
        "{\"peft_type\": \"VERA\", \"r\": 2, \"save_projection\": false}",
        Map.of(KEY + ".vera_lambda_d", noise(1, 2), KEY + ".vera_lambda_b", noise(2, 5)));
    assertRefused("lacks base_model.vera_A");
  }

  @Test
  void aPairThatIsTooSmallForALayerIsRefused() throws IOException {
    write(
        "{\"peft_type\": \"VERA\", \"r\": 2}",
        Map.of(
            KEY + ".vera_lambda_d",
            noise(1, 2),
            KEY + ".vera_lambda_b",
            noise(2, 5),
            "base_model.vera_A",
            noise(3, 2, 4),
            "base_model.vera_B",
            noise(4, 5, 2)));
    assertRefused("has A [2, 4] for model.layers.0.self_attn.q_proj, where [2, 6] is needed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{} ~ 2 ~ 2",
        "{\"lora_alpha\": 6} ~ 3 ~ 3",
        "{\"lora_alpha\": 0} ~ 0 ~ 0",
        "{\"lora_alpha\": -4} ~ -2 ~ -2",
        "{\"use_rslora\": true, \"lora_alpha\": 3} ~ 2.1213203435596424 ~ 2.1213203435596424",
        "{\"alpha_pattern\": {\"down_proj\": 6}} ~ 2 ~ 3",
        "{\"alpha_pattern\": {\"mlp.down_proj\": 6}} ~ 2 ~ 3",
        "{\"alpha_pattern\": {\"own_proj\": 6}} ~ 2 ~ 2",
        "{\"alpha_pattern\": {\"down\": 6}} ~ 2 ~ 2",
        "{\"alpha_pattern\": {\".*(q_proj|down_proj)\": 6}} ~ 3 ~ 3",
        "{\"alpha_pattern\": {\"q_proj|x\": 6}} ~ 3 ~ 2",
        "{\"alpha_pattern\": {\"^model.layers.0.mlp.down_proj\": 6}} ~ 2 ~ 3",
        "{\"alpha_pattern\": {\"^down_proj\": 6}} ~ 2 ~ 2",
        "{\"alpha_pattern\": {\"layers\\\\.(?P<n>\\\\d+)\\\\..*_proj\": 6}} ~ 3 ~ 3",
        "{\"alpha_pattern\": {\"(?P<c>o)wn_pr(?P=c)j|d(?P<e>o)wn_pr(?P=e)j\": 6}} ~ 2 ~ 3"
      })
  void everyLayerHasTheScaleThatPeftGivesIt(String fields, double query, double down)
      throws IOException {
    write(with(fields), factors(2, 2));

    Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

    assertThat(adapter.target().layers()).containsExactly(QUERY, DOWN);
    assertProduct(adapter, QUERY, query, noise(1, 2, 6), noise(2, 5, 2));
    assertProduct(adapter, DOWN, down, noise(3, 2, 9), noise(4, 6, 2));
  }

  /** PEFT 0.21.2 makes all of HiRA's factors of rank r, whatever rank_pattern says. */
  @Test
  void hiraIsOfTheRankThatItsTensorsHave() throws IOException {
    write(
        "{\"peft_type\": \"HIRA\", \"r\": 2, \"rank_pattern\": {\"q_proj\": 1}}",
        Map.of(KEY + ".hira_A", noise(1, 2, 6), KEY + ".hira_B", noise(2, 5, 2)));

    Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

    assertThat(adapter.form()).isEqualTo(new HadamardAdapter(ChainAdapter.lora(2, 1)));
    assertProduct(adapter, QUERY, 1, noise(1, 2, 6), noise(2, 5, 2));
  }

  @Test
  void theFirstOfSeveralMatchingKeysCounts() throws IOException {
    for (int first = 1; first < 12; first++) {
      StringBuilder keys = new StringBuilder("{\"lora_alpha\": 2,\n\"alpha_pattern\": {\n");
      for (int i = 0; i < 12; i++) {
        keys.append(i == 0 ? "" : ",\n")
            .append(i < first ? "\"none" : "\".*")
            .append(".{0,")
            .append(i + 3)
            .append("}down_proj\": ")
            .append(2 * (i + 1));
      }
      write(with(keys + "}}"), factors(2, 2));
      assertProduct(
          PeftReader.read(folder, LINEARS, Optional.empty()),
          DOWN,
          first + 1,
          noise(3, 2, 9),
          noise(4, 6, 2));
    }
    write(with("{\"alpha_pattern\": {\"down_proj\": 6, \".*_proj\": 8}}"), factors(2, 2));
    assertRefused("two keys of alpha_pattern for model.layers.0.mlp.down_proj on one line");
  }

  @Test
  void layersOfOtherRanksArePaddedAndTheirScalesJoinB() throws IOException {
    for (String flag : List.of("use_rslora", "use_dora")) {
      Map<String, Tensor> tensors = factors(2, 1);
      tensors.put(KEY + ".lora_magnitude_vector.weight", noise(5, 5));
      tensors.put(DOWN_KEY + ".lora_magnitude_vector.weight", noise(6, 6));
      boolean dora = flag.equals("use_dora");
      if (!dora) {
        tensors.keySet().removeIf(name -> name.contains("magnitude"));
      }
      write(with(Text.format("{\"%s\": true, \"rank_pattern\": {\"mlp.*\": 1}}", flag)), tensors);

      Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

      assertThat(adapter.form().rank()).isEqualTo(2);
      assertThat(adapter.form()).isInstanceOf(dora ? DoraAdapter.class : ChainAdapter.class);
      double query = dora ? 2 : 4 / Math.sqrt(2);
      assertProduct(adapter, QUERY, query, noise(1, 2, 6), noise(2, 5, 2));
      assertProduct(adapter, DOWN, 4, noise(3, 1, 9), noise(4, 6, 1));
      if (dora) {
        assertThat(adapter.tensors().get(Part.MAGNITUDE.tensorName(DOWN.name())))
            .isEqualTo(noise(6, 6));
      }
    }
  }

  /** Our own exports are that wide where a sum of side deltas has become dense. */
  @Test
  void aRankAboveTheSmallestLayersIsNoObstacle() throws IOException {
    write(with("{\"r\": 9, \"lora_alpha\": 18}"), factors(9, 9));

    Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

    assertThat(adapter.form()).isEqualTo(ChainAdapter.lora(9, 2));
    assertThat(adapter.a(QUERY)).isEqualTo(noise(1, 9, 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "hospital"})
  void theAdaptersOwnNameInsideThoseOfTensorsIsSkipped(String name) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    factors(2, 2)
        .forEach(
            (key, value) -> tensors.put(key.replace(".weight", "." + name + ".weight"), value));
    tensors.put(KEY + ".lora_magnitude_vector." + name + ".weight", noise(5, 5));
    tensors.put(DOWN_KEY + ".lora_magnitude_vector." + name, noise(6, 6));
    write(with("{\"use_dora\": true}"), tensors);

    Adapter adapter = PeftReader.read(folder, LINEARS, Optional.empty());

    assertProduct(adapter, DOWN, 2, noise(3, 2, 9), noise(4, 6, 2));
    assertThat(adapter.tensors().get(Part.MAGNITUDE.tensorName(QUERY.name())))
        .isEqualTo(noise(5, 5));

    tensors.put(KEY + ".lora_A.other.weight", noise(1, 2, 6));
    write(with("{\"use_dora\": true}"), tensors);
    assertRefused("holds more than one adapter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[\"q_proj\", \"down_proj\"] ~ {}",
        "[\"model.layers.0.self_attn.q_proj\", \"mlp.down_proj\"] ~ {}",
        "\".*\\\\.(q_proj|down_proj)\" ~ {}",
        "\"All-Linear\" ~ {\"exclude_modules\": [\"k_proj\"]}",
        "\"all-linear\" ~ {\"exclude_modules\": \".*k_proj\"}",
        "[\"q_proj\", \"down_proj\"] ~ {\"layers_to_transform\": 0}",
        "[\"q_proj\", \"down_proj\"] ~ {\"layers_to_transform\": []}",
        "[\"q_proj\", \"down_proj\"] ~ {\"layers_to_transform\": [3, 0],"
            + " \"layers_pattern\": [\"h\", \"layers\"]}",
        "null ~ {}"
      })
  void modulesAreNamedInEveryWayThatPeftKnows(String targets, String more) throws IOException {
    write(with(targeting(targets, more)), factors(2, 2));

    assertThat(PeftReader.read(folder, LINEARS, Optional.empty()).target().layers())
        .containsExactly(QUERY, DOWN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[\"q_proj\"] ~ {} ~ holds factors for model.layers.0.mlp.down_proj, which",
        "[\"q_proj\", \"k_proj\", \"down_proj\"] ~ {} ~ lacks the factors of"
            + " model.layers.0.self_attn.k_proj",
        "\"all-linear\" ~ {} ~ lacks the factors of model.layers.0.self_attn.k_proj",
        "\"q_proj|down_proj\" ~ {} ~ holds factors for model.layers.0.self_attn.q_proj",
        "\"(q_proj\" ~ {} ~ unreadable expression (q_proj in target_modules",
        "[\"_proj\"] ~ {} ~ holds factors for",
        "[\"q_proj\", \"down_proj\"] ~ {\"layers_to_transform\": [1]} ~ holds factors for",
        "[\"q_proj\", \"down_proj\"] ~ {\"layers_to_transform\": 0, \"layers_pattern\": \"h\"} ~"
            + " holds factors for",
        "[\"q_proj\", \"down_proj\"] ~ {\"exclude_modules\": [\"q_proj\"]} ~ holds factors for",
        "[\"q_proj\", \"down_proj\"] ~ {\"modules_to_save\": [\"mlp\"]} ~ holds factors for"
      })
  void declaredModulesAndTensorsMustAgree(String targets, String more, String sentence)
      throws IOException {
    write(with(targeting(targets, more)), factors(2, 2));

    assertRefused(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"peft_type\": \"LOHA\"} ~ is not a LoRA adapter but LOHA",
        "{\"peft_type\": \"LORA\", \"bias\": \"all\"} ~ trains biases (bias = all)",
        "{\"peft_type\": \"LORA\", \"r\": 8} ~ says rank 8 where model.layers.0.self_attn.q_proj"
            + " has 2",
        "{\"peft_type\": \"LORA\", \"r\": 0} ~ says rank 0",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 1e300} ~ the scale 5.0E299",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 1e400} ~ has no number in lora_alpha",
        "{\"peft_type\": \"LORA\", \"r\": \"two\"} ~ has no number in r",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"rank_pattern\": [8]} ~ has no object in"
            + " rank_pattern",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"use_dora\": true} ~ lacks"
            + " base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
        "{\"peft_type\": \"LORA\", \"r\": 2, \"task_type\": \"SEQ_CLS\"} ~ was trained for SEQ_CLS",
        "[{\"peft_type\": \"LORA\"}] ~ is not JSON",
        "{\"peft_type\" ~ is not JSON"
      })
  void otherAdaptersAreRefusedInOneSentence(String config, String sentence) throws IOException {
    write(
        config,
        Map.of(KEY + ".lora_A.weight", noise(1, 2, 6), KEY + ".lora_B.weight", noise(2, 5, 2)));
    assertRefused(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "\"lora_bias\": true ~ sets lora_bias",
        "\"layer_replication\": [[0, 4], [2, 5]] ~ sets layer_replication",
        "\"trainable_token_indices\": [0, 1] ~ sets trainable_token_indices",
        "\"target_parameters\": [\"feed_forward.experts.gate_up_proj\"] ~ sets target_parameters",
        "\"megatron_config\": {\"x\": 1} ~ sets megatron_config",
        "\"alora_invocation_tokens\": [5] ~ sets alora_invocation_tokens",
        "\"use_qalora\": true ~ sets use_qalora",
        "\"arrow_config\": {\"top_k\": 2} ~ sets arrow_config",
        "\"kasa_config\": {\"beta\": 1e-4} ~ sets kasa_config",
        "\"use_bdlora\": {\"nblocks\": 2} ~ sets use_bdlora",
        "\"a_field_of_tomorrow\": \"on\" ~ sets a_field_of_tomorrow",
        "\"init_lora_weights\": \"pissa\" ~ path_initial_model_for_weight_conversion",
        "\"init_lora_weights\": \"pissa_niter_16\" ~ path_initial_model_for_weight_conversion",
        "\"init_lora_weights\": \"OLoRA\" ~ path_initial_model_for_weight_conversion",
        "\"init_lora_weights\": \"corda\" ~ path_initial_model_for_weight_conversion",
        "\"init_lora_weights\": \"lora_ga\" ~ path_initial_model_for_weight_conversion",
        "\"init_lora_weights\": \"loftq\" ~ init_lora_weights = loftq may change the base",
        "\"init_lora_weights\": \"tomorrow\" ~ init_lora_weights = tomorrow may change the base"
      })
  void whateverElseChangesTheResultIsRefusedByName(String field, String sentence)
      throws IOException {
    write(with("{" + field + "}"), factors(2, 2));

    assertRefused(sentence);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"init_lora_weights\": \"gaussian\"",
        "\"init_lora_weights\": \"eva\", \"eva_config\": {\"rho\": 2.0}",
        "\"init_lora_weights\": false",
        "\"lora_bias\": false, \"layer_replication\": null, \"target_parameters\": []",
        "\"megatron_core\": \"megatron.core\", \"qalora_group_size\": 16, \"loftq_config\": {}",
        "\"lora_dropout\": 0.1, \"inference_mode\": false, \"revision\": \"main\"",
        "\"fan_in_fan_out\": true",
        "\"peft_version\": \"0.21.2\", \"auto_mapping\": {\"base_model_class\": \"LlamaModel\"}",
        "\"a_field_of_tomorrow\": null, \"another\": false, \"third\": {}"
      })
  void whatChangesNothingIsReadOver(String fields) throws IOException {
    write(with("{" + fields + "}"), factors(2, 2));

    assertProduct(
        PeftReader.read(folder, LINEARS, Optional.empty()),
        QUERY,
        2,
        noise(1, 2, 6),
        noise(2, 5, 2));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aNumberThatIsNoneIsRefusedWithItsTensor(float value) throws IOException {
    Map<String, Tensor> tensors = factors(2, 2);
    float[] values = tensors.get(DOWN_KEY + ".lora_B.weight").toArray();
    values[values.length - 1] = value;
    tensors.put(DOWN_KEY + ".lora_B.weight", Tensor.of(values, 6, 2));
    write(with("{}"), tensors);

    assertRefused("adapter_model.safetensors: " + DOWN_KEY + ".lora_B.weight holds " + value + ";");
  }

  @Test
  void aPickledAdapterIsRefusedWithTheWayOut() throws IOException {
    write(with("{}"), factors(2, 2));
    Files.move(folder.resolve(PeftAdapter.MODEL), folder.resolve("adapter_model.bin"));

    assertRefused("adapter_model.bin: only safetensors are read");
    assertRefused("safe_serialization=True");
  }

  @Test
  void tensorsThatDoNotFitTheModelAreRefused() throws IOException {
    String config = "{\"peft_type\": \"LORA\", \"r\": 2}";
    write(
        config,
        Map.of(KEY + ".lora_A.weight", noise(1, 2, 7), KEY + ".lora_B.weight", noise(2, 5, 2)));
    assertRefused("has A [2, 7] for model.layers.0.self_attn.q_proj, where [2, 6] is needed");
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
  void onlyAHeadThatSaysItReadsTheMeanIsTaken() throws IOException {
    Map<String, Tensor> tensors = factors(2, 2);
    write(with("{}"), tensors);
    assertHeadRefused("holds no classification head");

    tensors.put("base_model.model.score.weight", noise(7, 3, 6));
    tensors.put("base_model.model.score.bias", noise(8, 3));
    write(with("{\"task_type\": \"SEQ_CLS\"}"), tensors);
    assertHeadRefused(
        "head base_model.model.score.weight is that of another model class, such as"
            + " BertForSequenceClassification");
    write(with("{\"task_type\": \"TOKEN_CLS\"}"), tensors, Map.of("pooling", "mean"));
    assertHeadRefused("was trained for TOKEN_CLS, and this model answers for SEQ_CLS");

    write(with("{\"task_type\": \"SEQ_CLS\"}"), tensors, Map.of("pooling", "mean"));
    assertThat(
            PeftReader.read(folder, LINEARS, Optional.of(HEAD))
                .tensors()
                .get(AdapterTarget.Head.WEIGHT))
        .isEqualTo(noise(7, 3, 6));
  }

  @Test
  void aHeadOfOtherClassesIsRefused() throws IOException {
    Map<String, Tensor> tensors = factors(2, 2);
    tensors.put("base_model.model.score.weight", noise(7, 4, 6));
    tensors.put("base_model.model.score.bias", noise(8, 4));
    write(with("{}"), tensors, Map.of("pooling", "mean"));

    assertHeadRefused("has a head [4, 6] with bias [4] where the data have 3 classes");
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

  private void assertHeadRefused(String sentence) {
    assertThatThrownBy(() -> PeftReader.read(folder, LINEARS, Optional.of(HEAD)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining(sentence);
  }

  /** {@code s · B · A} of a layer against the factors that the file holds. */
  private static void assertProduct(
      Adapter adapter, Layer layer, double scale, Tensor a, Tensor b) {
    for (int row = 0; row < layer.out(); row++) {
      for (int column = 0; column < layer.in(); column++) {
        double product = 0;
        for (int k = 0; k < adapter.form().rank(); k++) {
          product +=
              (double) adapter.form().scale()
                  * adapter.b(layer).at(row, k)
                  * adapter.a(layer).at(k, column);
        }
        double expected = 0;
        for (int k = 0; k < a.dimension(0); k++) {
          expected += scale * b.at(row, k) * a.at(k, column);
        }
        assertThat(product).isCloseTo(expected, within(1e-6));
      }
    }
  }

  /** A configuration of rank 2 and scale 2 with other or more fields. */
  private static String with(String fields) {
    String more = fields.strip().substring(1).strip();
    String usual = "\"peft_type\": \"LORA\"";
    usual += more.contains("\"r\"") ? "" : ", \"r\": 2";
    usual += more.contains("\"lora_alpha\"") ? "" : ", \"lora_alpha\": 4";
    return "{" + usual + (more.equals("}") ? more : ", " + more);
  }

  private static String targeting(String targets, String more) {
    String rest = more.substring(1);
    return "{\"target_modules\": " + targets + (rest.equals("}") ? rest : ", " + rest);
  }

  /** Factors of query and down, of the ranks given. */
  private static Map<String, Tensor> factors(int query, int down) {
    Map<String, Tensor> factors = new LinkedHashMap<>();
    factors.put(KEY + ".lora_A.weight", noise(1, query, 6));
    factors.put(KEY + ".lora_B.weight", noise(2, 5, query));
    factors.put(DOWN_KEY + ".lora_A.weight", noise(3, down, 9));
    factors.put(DOWN_KEY + ".lora_B.weight", noise(4, 6, down));
    return factors;
  }

  private void write(String config, Map<String, Tensor> tensors) throws IOException {
    write(config, tensors, Map.of());
  }

  private void write(String config, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Files.writeString(folder.resolve(PeftAdapter.CONFIG), config);
    Safetensors.write(
        TensorMap.of(new LinkedHashMap<>(tensors)), metadata, folder.resolve(PeftAdapter.MODEL));
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
