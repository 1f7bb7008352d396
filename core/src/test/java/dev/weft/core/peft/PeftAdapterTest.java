package dev.weft.core.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.AdapterTarget.Layer;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeftAdapterTest {
  private static final Layer LAYER = new Layer("encoder.layer.0.attention.self.query", 5, 6);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(List.of(LAYER), new AdapterTarget.Head(3, 6));

  private static final PeftBase BERT = new PeftBase("some/base", "bert.", "classifier");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void pairEqualsChainPlusAllSideDeltas(int sideDeltas) {
    GlobalState state = state(ChainAdapter.fullCore(2, 1.5f), sideDeltas);

    LowRank pair = PeftAdapter.sum(state, 0);

    for (int row = 0; row < LAYER.out(); row++) {
      for (int column = 0; column < LAYER.in(); column++) {
        assertThat(product(pair, row, column))
            .isCloseTo(expected(state, row, column), within(1e-5));
      }
    }
  }

  @Test
  void filesAreNamedAndShapedAsPeftSavesThem() throws IOException {
    GlobalState state = state(ChainAdapter.lora(2, 2), 0);

    PeftAdapter.write(folder, state, BERT);

    TensorMap tensors = Safetensors.read(folder.resolve("adapter_model.safetensors"));
    String prefix = "base_model.model.bert." + LAYER.name();
    assertThat(tensors.names())
        .containsExactlyInAnyOrder(
            prefix + ".lora_A.weight",
            prefix + ".lora_B.weight",
            "base_model.model.classifier.weight",
            "base_model.model.classifier.bias");
    assertThat(tensors.get(prefix + ".lora_A.weight").shape()).containsExactly(2, 6);
    assertThat(tensors.get(prefix + ".lora_B.weight").shape()).containsExactly(5, 2);
    assertThat(tensors.get("base_model.model.classifier.weight"))
        .isEqualTo(state.adapter().tensors().get(AdapterTarget.Head.WEIGHT));
    assertThat(Safetensors.metadata(folder.resolve("adapter_model.safetensors")))
        .containsEntry("format", "pt")
        .containsEntry("pooling", "mean");
    Config config = ConfigFactory.parseFile(folder.resolve("adapter_config.json").toFile());
    assertThat(config.getString("peft_type")).isEqualTo("LORA");
    assertThat(config.getString("task_type")).isEqualTo("SEQ_CLS");
    assertThat(config.getString("base_model_name_or_path")).isEqualTo("some/base");
    assertThat(config.getInt("r")).isEqualTo(2);
    assertThat(config.getInt("lora_alpha")).isEqualTo(4);
    assertThat(config.getStringList("target_modules")).containsExactly("bert." + LAYER.name());
    assertThat(config.getStringList("modules_to_save")).containsExactly("classifier");
  }

  /** For SEQ_CLS, PEFT would look for all of RoBERTa's classifier, not for its last layer alone. */
  @Test
  void aHeadInsideAnotherModuleIsNamedAloneAndLeavesTheTaskOpen() {
    GlobalState state = state(ChainAdapter.lora(2, 2), 0);

    PeftAdapter.write(folder, state, new PeftBase("some/base", "roberta.", "classifier.out_proj"));

    assertThat(Safetensors.read(folder.resolve("adapter_model.safetensors")).names())
        .containsExactlyInAnyOrder(
            "base_model.model.roberta." + LAYER.name() + ".lora_A.weight",
            "base_model.model.roberta." + LAYER.name() + ".lora_B.weight",
            "base_model.model.classifier.out_proj.weight",
            "base_model.model.classifier.out_proj.bias");
    Config config = ConfigFactory.parseFile(folder.resolve("adapter_config.json").toFile());
    assertThat(config.getIsNull("task_type")).isTrue();
    assertThat(config.getStringList("target_modules")).containsExactly("roberta." + LAYER.name());
    assertThat(config.getStringList("modules_to_save")).containsExactly("classifier.out_proj");
    assertThat(PeftReader.read(folder, List.of(LAYER), TARGET.head())).isEqualTo(state.adapter());
  }

  private static double product(LowRank pair, int row, int column) {
    double sum = 0;
    for (int k = 0; k < pair.rank(); k++) {
      sum += (double) pair.left().at(row, k) * pair.right().at(k, column);
    }
    return sum;
  }

  private static double expected(GlobalState state, int row, int column) {
    Adapter adapter = state.adapter();
    double sum = 0;
    for (int i = 0; i < adapter.form().rank(); i++) {
      for (int j = 0; j < adapter.form().rank(); j++) {
        sum +=
            (double) adapter.form().scale()
                * adapter.b(LAYER).at(row, i)
                * adapter.core(LAYER).at(i, j)
                * adapter.a(LAYER).at(j, column);
      }
    }
    for (SideDelta delta : state.sideDeltas()) {
      sum += product(delta.layers().get(0), row, column);
    }
    return sum;
  }

  private static GlobalState state(ChainAdapter form, int sideDeltas) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    form.parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    GlobalState state =
        GlobalState.initial(new Adapter(form, TARGET, noise(form.zeros(TARGET), 1)), origins);
    for (int i = 0; i < sideDeltas; i++) {
      TensorMap factors =
          noise(
              TensorMap.of(
                  Map.of("left", Tensor.zeros(LAYER.out(), 3), "right", Tensor.zeros(3, 6))),
              2 + i);
      state =
          state.withSideDelta(
              new SideDelta(i, List.of(new LowRank(factors.get("left"), factors.get("right")))));
    }
    return state;
  }

  private static TensorMap noise(TensorMap like, long seed) {
    return new Origin.Kaiming(new Seed(seed)).derive(like);
  }
}
