package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.peft.PeftReader;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.generation.Sampling;
import dev.weft.text.TokenizedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Continues held-out prompts with the adapter of a run over a language model, for {@code
 * check_adapter.py} and {@code check_gguf_adapter.py} to score with PEFT and llama.cpp: the ids of
 * prompt and greedy answer, and the log-likelihood of the answer.
 */
public final class GreedyAnswers {
  private static final int PROMPTS = 6;
  private static final int TOKENS = 24;

  /** What is read of a text that no one asked for. */
  private static final int BEGINNING = 8;

  private GreedyAnswers() {}

  /**
   * @param arguments the run folder and the JSON file to write
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    WeftConfig config = ConfigLoader.load(Optional.of(folder.resolve("config.conf")), Map.of());
    List<LanguageExample> test =
        Parts.ofLanguage(config.data(), new Seed(config.run().seed())).test();
    try (BaseModel model = BaseModel.open(config.model(), config.engine())) {
      Adapter adapter =
          PeftReader.read(folder.resolve("adapter"), model.linears(), Optional.empty());
      ArrayNode texts = JsonNodeFactory.instance.arrayNode();
      for (LanguageExample example : test.subList(0, Math.min(PROMPTS, test.size()))) {
        texts.add(text(model, adapter, prompt(model, example)));
      }
      Files.writeString(Path.of(arguments[1]), texts + "\n");
    }
  }

  private static int[] prompt(BaseModel model, LanguageExample example) {
    if (example instanceof LanguageExample.Conversation conversation) {
      return model.encoder().prompt(conversation.prompt());
    }
    int[] ids = model.tokenizer().encodePrompt(((LanguageExample.PlainText) example).text());
    return Arrays.copyOf(ids, Math.min(BEGINNING, ids.length));
  }

  private static ObjectNode text(BaseModel model, Adapter adapter, int[] prompt) {
    int[] ids =
        IntStream.concat(
                Arrays.stream(prompt),
                model
                    .generate(adapter, List.of(), prompt, TOKENS, Sampling.greedy(), token -> true)
                    .stream()
                    .mapToInt(Integer::intValue))
            .toArray();
    TokenizedSet answer =
        TokenizedSet.continued(new int[][] {ids.clone()}, new int[] {prompt.length});
    ObjectNode text = JsonNodeFactory.instance.objectNode();
    ArrayNode tokens = text.putArray("ids");
    Arrays.stream(ids).forEach(tokens::add);
    text.put("promptTokens", prompt.length);
    text.put("logLikelihood", -model.answers(adapter, List.of(), answer, 1).get(0).loss());
    return text;
  }
}
