package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.peft.PeftReader;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.HeldOut;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.transformer.CheckpointWeights;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores the held-out texts of runs over a Llama with their exported adapters, for {@code
 * check_all_adapters.py} to do the same with PEFT, and writes down the base that they were trained
 * over: as it is held, quantized or not, decoded to float32.
 */
public final class HeldOutLikelihoods {
  private HeldOutLikelihoods() {}

  /**
   * @param arguments run folders over one base; into each comes {@code texts.json} of token ids,
   *     the number of those that were given and the log-likelihood of the others. Before them the
   *     folder to write the base to
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> runs = Arrays.stream(arguments).skip(1).map(Path::of).toList();
    WeftConfig first = config(runs.get(0));
    try (BaseModel model = BaseModel.open(first.model(), first.engine())) {
      writeBase(model, Path.of(arguments[0]));
      for (Path run : runs) {
        Adapter adapter =
            PeftReader.read(run.resolve("adapter"), model.linears(), Optional.empty());
        Files.writeString(run.resolve("texts.json"), texts(model, adapter, config(run)) + "\n");
      }
    }
  }

  private static WeftConfig config(Path run) {
    return ConfigLoader.load(Optional.of(run.resolve("config.conf")), Map.of());
  }

  private static void writeBase(BaseModel model, Path folder) throws IOException {
    HuggingFaceFolder.write(
        folder,
        ((Architecture.Decoder) model.architecture()).shape(),
        new CheckpointWeights(
            QuantizedCheckpoint.of(ModelFiles.open(model.config().source())),
            QuantSchemes.named(model.config().quantization().orElseThrow())));
  }

  private static ArrayNode texts(BaseModel model, Adapter adapter, WeftConfig config) {
    TokenizedSet test =
        model
            .encoder()
            .encode(HeldOut.language(config.data(), new Seed(config.run().seed())))
            .set()
            .orElseThrow();
    List<Task.Answer> answers = model.answers(adapter, List.of(), test, 1);
    ArrayNode texts = JsonNodeFactory.instance.arrayNode();
    for (int example = 0; example < test.size(); example++) {
      ObjectNode text = texts.addObject();
      ArrayNode ids = text.putArray("ids");
      for (int i = 0; i < test.tokens(example); i++) {
        ids.add(test.token(example, i));
      }
      text.put("promptTokens", test.promptTokens(example));
      text.put("logLikelihood", -answers.get(example).loss());
    }
    return texts;
  }
}
