package dev.weft.cli;

import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.TaskKind;
import dev.weft.finetune.generation.Sampling;
import dev.weft.text.Tokenizer;
import dev.weft.text.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a language model continue a text or answer a question. */
@Command(
    name = "generate",
    description = "Lets a language model, tuned or not, answer a prompt.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;

  @Mixin private TunedModel tuned;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens to add at most. Default: ${DEFAULT-VALUE}.")
  private int maxTokens = 128;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 always takes the likeliest token. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Share of the probability to draw from. Default: ${DEFAULT-VALUE}.")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the draws. Default: ${DEFAULT-VALUE}.")
  private long seed = 7;

  @Option(
      names = "--raw",
      description = "Continue the prompt as it stands, without the model's chat template.")
  private boolean raw;

  @Parameters(paramLabel = "PROMPT", description = "What the model is to answer.")
  private String prompt;

  private final Console console;

  GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check("--max-tokens", maxTokens >= 1, "at least 1");
    check("--temperature", temperature >= 0 && Double.isFinite(temperature), "0 or more");
    check("--top-p", topP > 0 && topP <= 1, "more than 0 and at most 1");
    Sampling sampling = new Sampling(temperature, topP, new Seed(seed));
    try (BaseModel model = tuned.open(tuned.config())) {
      if (model.task() != TaskKind.LANGUAGE) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "--model: %s is an encoder, which cannot continue text; name a decoder",
                model.facts().name()));
      }
      console.warn(tuned.warnings(model));
      Adapter adapter = tuned.adapter(model, Optional.empty());
      Written written = new Written(model.tokenizer());
      long start = System.nanoTime();
      int tokens =
          model.generate(adapter, List.of(), ids(model), maxTokens, sampling, written::next).size();
      double seconds = (System.nanoTime() - start) / NANOS;
      console.out().println();
      console
          .err()
          .println(
              Text.format(
                  "%s in %s, %s tokens/s",
                  Figures.counted(tokens, "token"),
                  Figures.seconds(seconds),
                  Amounts.rate(tokens / seconds)));
    }
    return 0;
  }

  private static void check(String option, boolean holds, String range) {
    if (!holds) {
      throw new WeftException(Problem.BAD_VALUE, option + ": must be " + range);
    }
  }

  private int[] ids(BaseModel model) {
    if (prompt.isEmpty()) {
      throw new WeftException(Problem.BAD_VALUE, "PROMPT: is empty; write something to answer");
    }
    int[] ids =
        raw
            ? model.tokenizer().encodePrompt(prompt)
            : model.encoder().prompt(List.of(Turn.user(prompt)));
    if (ids.length > model.tokenizer().maxTokens()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "PROMPT: its %d tokens are more than the %d of model.max-tokens; %s",
              ids.length, model.tokenizer().maxTokens(), model.roomForLongerTexts()));
    }
    return ids;
  }

  /** Prints text as soon as no later token can change it. */
  private final class Written {
    private final Tokenizer tokenizer;
    private final List<Integer> tokens = new ArrayList<>();
    private int printed;

    Written(Tokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    /**
     * A character of several tokens decodes to a replacement character until it is whole. Nobody
     * waits for more of a text that does not arrive.
     */
    boolean next(int token) {
      tokens.add(token);
      String text = tokenizer.decode(tokens.stream().mapToInt(Integer::intValue).toArray());
      if (!text.endsWith("\uFFFD") && text.length() > printed) {
        console.out().print(text.substring(printed));
        console.out().flush();
        printed = text.length();
      }
      return !console.hasLostOutput();
    }
  }
}
