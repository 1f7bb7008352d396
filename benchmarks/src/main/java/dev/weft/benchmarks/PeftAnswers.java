package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers held-out texts with the PEFT files of a run folder, for {@code compare_answers.py} to
 * repeat with PEFT itself: token ids and log-probabilities of all classes.
 */
public final class PeftAnswers {
  private static final int TEXTS = 16;
  private static final String PREFIX = "base_model.model.";

  private PeftAnswers() {}

  /**
   * @param arguments the run folder and the JSON file to write
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    WeftConfig config = ConfigLoader.load(Optional.of(folder.resolve("config.conf")), Map.of());
    DataSplit split = DataSplit.of(config.data(), new Seed(config.run().seed()));
    int classes = split.labels().size();
    try (BaseModel model = BaseModel.open(config.model())) {
      Adapter adapter =
          adapter(
              Safetensors.read(folder.resolve("adapter/adapter_model.safetensors")),
              model.target(classes));
      ArrayNode answers = JsonNodeFactory.instance.arrayNode();
      for (TextExample example : split.test().subList(0, TEXTS)) {
        answers.add(answer(model, adapter, example.text(), classes));
      }
      Files.writeString(Path.of(arguments[1]), answers.toString());
    }
  }

  /** The adapter under Weft's names; Weft writes every layer at one rank and PEFT scale 1. */
  private static Adapter adapter(TensorMap peft, AdapterTarget target) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : target.layers()) {
      String name = PREFIX + "bert." + layer.name();
      tensors.put(Part.A.tensorName(layer.name()), peft.get(name + ".lora_A.weight"));
      tensors.put(Part.B.tensorName(layer.name()), peft.get(name + ".lora_B.weight"));
    }
    for (String name : List.of(AdapterTarget.Head.WEIGHT, AdapterTarget.Head.BIAS)) {
      tensors.put(name, peft.get(PREFIX + name));
    }
    int rank = tensors.values().iterator().next().dimension(0);
    return new Adapter(ChainAdapter.lora(rank, 1), target, TensorMap.of(tensors));
  }

  private static ObjectNode answer(BaseModel model, Adapter adapter, String text, int classes) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = answer.putArray("ids");
    ArrayNode logProbabilities = answer.putArray("logProbabilities");
    for (int label = 0; label < classes; label++) {
      TokenizedSet single = model.tokenize(List.of(text), new int[] {label});
      if (label == 0) {
        for (int i = 0; i < single.tokens(0); i++) {
          ids.add(single.token(0, i));
        }
      }
      logProbabilities.add(-model.evaluate(adapter, List.of(), single, 1).loss());
    }
    return answer;
  }
}
