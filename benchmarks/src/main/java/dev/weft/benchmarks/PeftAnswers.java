package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.peft.PeftReader;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.TextExample;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers held-out texts with the PEFT files of a run folder, for {@code compare_answers.py} to
 * repeat with PEFT itself: token ids and log-probabilities of all classes.
 */
public final class PeftAnswers {
  private static final int TEXTS = 16;

  private PeftAnswers() {}

  /**
   * @param arguments the run folder and the JSON file to write
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    WeftConfig config = ConfigLoader.load(Optional.of(folder.resolve("config.conf")), Map.of());
    DataSplit split = DataSplit.of(config.data(), new Seed(config.run().seed()));
    int classes = split.labels().size();
    try (BaseModel model = BaseModel.open(config.model(), config.engine())) {
      AdapterTarget target = model.target(classes);
      Adapter adapter = PeftReader.read(folder.resolve("adapter"), target.layers(), target.head());
      ArrayNode answers = JsonNodeFactory.instance.arrayNode();
      for (TextExample example : split.test().subList(0, TEXTS)) {
        answers.add(answer(model, adapter, example.text(), classes));
      }
      Files.writeString(Path.of(arguments[1]), answers.toString());
    }
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
