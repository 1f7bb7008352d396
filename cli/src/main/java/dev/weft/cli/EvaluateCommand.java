package dev.weft.cli;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.config.Setting;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.TaskKind;
import dev.weft.finetune.data.DataSources;
import dev.weft.finetune.data.DataSplit;
import dev.weft.finetune.data.HeldOut;
import dev.weft.finetune.data.LabelFile;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.LanguageEncoder;
import dev.weft.finetune.data.LanguageExample;
import dev.weft.finetune.data.MultipleChoice;
import dev.weft.finetune.data.TextExample;
import dev.weft.finetune.task.Task;
import dev.weft.text.TokenizedSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Mixin private JsonOutput json;

  private final Console console;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    WeftConfig config =
        data == null
            ? tuned.config()
            : tuned.config(new Setting("data.test-source", quoted(data), "--data"));
    Console beside = json.beside(console);
    try (BaseModel model = tuned.open(config)) {
      beside.warn(tuned.warnings(model));
      Measured measured = measure(model, config, beside);
      measured.table().lines().forEach(beside.out()::println);
      json.write(console, measured::json);
    }
    return 0;
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\") + "\"";
  }

  private Measured measure(BaseModel model, WeftConfig config, Console beside) {
    if (model.task() == TaskKind.CLASSIFICATION) {
      return classification(model, config, beside);
    }
    return data != null && MultipleChoice.isIn(data)
        ? choices(model)
        : language(model, config, beside);
  }

  private Measured classification(BaseModel model, WeftConfig config, Console beside) {
    if (tuned.adapterFolder().isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "--adapter: an encoder answers through its trained head; name a run folder");
    }
    requireSource(config);
    List<TextExample> test = HeldOut.labelled(config.data(), new Seed(config.run().seed()));
    Optional<LabelSet> named = tuned.labels().map(LabelFile::labels);
    LabelSet labels = named.orElseGet(() -> assumed(test));
    requireHeldOut(config, HeldOut.digest(test));
    labels.requireAll(
        test,
        Text.format(
            "is none of the %d that the adapter was trained on; look at data.label-column, correct"
                + " it, or remove these lines",
            labels.size()));
    Adapter adapter = tuned.adapter(model, model.target(labels.size()).head());
    if (named.isEmpty()) {
      beside
          .err()
          .println(
              Text.format(
                  "the adapter has no %s; its classes are taken to be those of %s, in alphabetical"
                      + " order",
                  LabelFile.NAME, tuned.knowsData() ? config.data().source() : data));
    }
    TokenizedSet set =
        model.tokenize(test.stream().map(TextExample::text).toList(), labels.indices(test));
    return Measured.of(model.evaluate(adapter, List.of(), set, threads()));
  }

  /**
   * The classes of an adapter that does not name them: those of its data, as far as it is known,
   * whatever it is measured on.
   */
  private LabelSet assumed(List<TextExample> test) {
    WeftConfig trained = tuned.config();
    return tuned.knowsData()
        ? DataSplit.of(trained.data(), new Seed(trained.run().seed())).labels()
        : LabelSet.of(test);
  }

  private Measured language(BaseModel model, WeftConfig config, Console beside) {
    requireSource(config);
    List<LanguageExample> examples = HeldOut.language(config.data(), new Seed(config.run().seed()));
    requireHeldOut(config, HeldOut.digestOfLanguage(examples));
    LanguageEncoder.Encoded encoded = model.encoder().encode(examples);
    TokenizedSet set = encoded.set().orElseThrow(() -> model.nothingToLearn("examples"));
    Evaluation evaluation =
        model.evaluate(tuned.adapter(model, Optional.empty()), List.of(), set, threads());
    if (encoded.cut() > 0) {
      beside
          .err()
          .println(
              Text.format(
                  "%s measured up to token %d only (model.max-tokens); to measure all of them %s",
                  Figures.counted(encoded.cut(), "text"),
                  model.tokenizer().maxTokens(),
                  model.roomForLongerTexts()));
    }
    if (encoded.dropped() > 0) {
      beside
          .err()
          .println(
              Text.format(
                  "%s cut away whole by model.max-tokens and left out; to use them %s",
                  Figures.counted(encoded.dropped(), "answer"), model.roomForLongerTexts()));
    }
    return Measured.of(evaluation);
  }

  /** Examples that a run held out of a file can be found again only in that file. */
  private void requireSource(WeftConfig config) {
    String source = config.data().source();
    if (config.data().testSource().isEmpty()
        && DataSources.isFile(source)
        && !Files.exists(Path.of(source))) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: is not there, of which test examples were held out; put it back, or name test"
                  + " data with --data",
              source));
    }
  }

  /** A measurement on what was trained on, taken for one on held-out examples, would be a lie. */
  private void requireHeldOut(WeftConfig config, Digest found) {
    if (data == null && tuned.heldOut().filter(noted -> !noted.equals(found)).isPresent()) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "%s: has changed since the run, so that its test examples may be among those trained"
                  + " on; put it back, or name test data with --data",
              config.data().testSource().orElse(config.data().source())));
    }
  }

  /** The likeliest answer, once by its whole likelihood and once per token. */
  private Measured choices(BaseModel model) {
    List<MultipleChoice> questions = MultipleChoice.read(data);
    List<LanguageExample> conversations = new ArrayList<>();
    questions.forEach(question -> conversations.addAll(question.conversations()));
    LanguageEncoder.Encoded encoded = model.encoder().encode(conversations);
    if (encoded.dropped() > 0) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "%s: model.max-tokens = %d cuts %s away whole; %s",
              data,
              model.tokenizer().maxTokens(),
              Figures.counted(encoded.dropped(), "choice"),
              model.roomForLongerTexts()));
    }
    List<Task.Answer> answers =
        model.answers(
            tuned.adapter(model, Optional.empty()),
            List.of(),
            encoded.set().orElseThrow(),
            threads());
    return Measured.ofChoices(
        questions.size(),
        accuracy(questions, answers, Task.Answer::loss),
        accuracy(questions, answers, answer -> answer.loss() / answer.targets()));
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
}
