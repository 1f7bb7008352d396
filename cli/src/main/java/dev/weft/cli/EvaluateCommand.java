package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.TaskKind;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.MultipleChoice;
import dev.weft.finetune.data.Parts;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.text.TokenizedSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model, tuned or not, on held-out data. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model, tuned or not, on held-out data.",
      "A language model: loss, perplexity, token accuracy; lines with choices: accuracy by"
          + " likelihood.",
      "A classifier: loss, accuracy, macro-F1."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private TunedModel tuned;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Held-out examples, .jsonl or .csv. Default: the test data of the run.")
  private Path data;

  private final Console console;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    WeftConfig config =
        tuned.config(data == null ? Map.of() : Map.of("data.test-source", quoted(data)));
    try (BaseModel model = tuned.open(config)) {
      model.warnings().forEach(warning -> console.err().println("warning  " + warning));
      if (model.task() == TaskKind.CLASSIFICATION) {
        classification(model, config);
      } else if (data != null && MultipleChoice.isIn(data)) {
        choices(model);
      } else {
        language(model, config);
      }
    }
    return 0;
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\") + "\"";
  }

  private void classification(BaseModel model, WeftConfig config) {
    if (tuned.adapterFolder().isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "--adapter: an encoder answers through its trained head; name a run folder");
    }
    DataSplit split = DataSplit.of(config.data(), new Seed(config.run().seed()));
    List<TextExample> test = split.test();
    int classes = split.labels().size();
    Adapter adapter = tuned.adapter(model, model.target(classes).head());
    TokenizedSet set =
        model.tokenize(test.stream().map(TextExample::text).toList(), split.labels().indices(test));
    print(model.evaluate(adapter, List.of(), set, threads()));
  }

  private void language(BaseModel model, WeftConfig config) {
    List<LanguageExample> examples =
        data == null
            ? Parts.ofLanguage(config.data(), new Seed(config.run().seed())).test()
            : LanguageExample.read(data.toString(), config.data());
    LanguageEncoder.Encoded encoded = model.encoder().encode(examples);
    print(
        model.evaluate(
            tuned.adapter(model, Optional.empty()), List.of(), encoded.set(), threads()));
    if (encoded.dropped() > 0) {
      console
          .err()
          .println(
              Text.format(
                  "%s cut away whole by model.max-tokens and left out",
                  Figures.counted(encoded.dropped(), "answer")));
    }
  }

  /** The likeliest answer, once by its whole likelihood and once per token. */
  private void choices(BaseModel model) {
    List<MultipleChoice> questions = MultipleChoice.read(data);
    List<LanguageExample> conversations = new ArrayList<>();
    questions.forEach(question -> conversations.addAll(question.conversations()));
    LanguageEncoder.Encoded encoded = model.encoder().encode(conversations);
    if (encoded.dropped() > 0) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "%s: %s lies beyond model.max-tokens; raise it with --set model.max-tokens=N",
              data, Figures.counted(encoded.dropped(), "choice")));
    }
    List<Task.Answer> answers =
        model.answers(tuned.adapter(model, Optional.empty()), List.of(), encoded.set(), threads());
    Table table = new Table("questions", "accuracy", "accuracy per token");
    table.row(
        Figures.count(questions.size()),
        Figures.score(accuracy(questions, answers, Task.Answer::loss)),
        Figures.score(accuracy(questions, answers, answer -> answer.loss() / answer.targets())));
    table.lines().forEach(console.out()::println);
  }

  /** Share of the questions whose right choice has the lowest cost. */
  private static double accuracy(
      List<MultipleChoice> questions,
      List<Task.Answer> answers,
      ToDoubleFunction<Task.Answer> cost) {
    int right = 0;
    int next = 0;
    for (MultipleChoice question : questions) {
      int best = 0;
      for (int choice = 1; choice < question.choices().size(); choice++) {
        boolean better =
            cost.applyAsDouble(answers.get(next + choice))
                < cost.applyAsDouble(answers.get(next + best));
        best = better ? choice : best;
      }
      right += best == question.answer() ? 1 : 0;
      next += question.choices().size();
    }
    return (double) right / questions.size();
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private void print(Evaluation evaluation) {
    List<String> header = new ArrayList<>(List.of("examples", "loss"));
    List<String> figures =
        new ArrayList<>(
            List.of(Figures.count(evaluation.examples()), Figures.score(evaluation.loss())));
    evaluation
        .scores()
        .forEach(
            (metric, score) -> {
              header.add(metric.label());
              figures.add(Figures.score(score));
            });
    Table table = new Table(header.toArray(String[]::new));
    table.row(figures.toArray(String[]::new)).lines().forEach(console.out()::println);
  }
}
