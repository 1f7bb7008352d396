package dev.weft.client.site;

import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.client.ClientSetup;
import dev.weft.client.EngineTrainer;
import dev.weft.client.Measurer;
import dev.weft.client.Pieces;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.MemorySize;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.config.Setting;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.MemoryBudget;
import dev.weft.finetune.TrainingSize;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.party.DataReport;
import dev.weft.finetune.party.SiteData;
import dev.weft.finetune.training.Threads;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import dev.weft.text.TokenizedSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A site's own files and models, as its {@code weft.conf} names them. What a run decides of the
 * model goes over it; where things lie is the site's own. One base model is open at a time.
 */
public final class OwnWorkplace implements Workplace, AutoCloseable {
  private static final String DATA = "data.source";
  private static final String SOURCE = "model.source";

  private final String site;
  private final Optional<Path> file;
  private final List<Setting> own;
  private final ArtifactTransfer transfer;
  private final ArtifactStore outbox;
  private final Path trainings;
  private final Path runs;
  private final Path reports;
  private final Consumer<SiteEvent> listener;
  private final ExecutorService training = Threads.pool("training", 1);
  private Optional<BaseModel> open = Optional.empty();

  /**
   * @param site its name
   * @param file the site's configuration, if it has one
   * @param own settings of the command line
   * @param outbox keeps an update until the coordinator has it
   * @param trainings folder of how far the training is
   * @param runs folder of what runs have left for this site
   * @param reports folder for what was read of the site's data
   * @param listener hears of it, too
   */
  public OwnWorkplace(
      String site,
      Optional<Path> file,
      List<Setting> own,
      ArtifactTransfer transfer,
      ArtifactStore outbox,
      Path trainings,
      Path runs,
      Path reports,
      Consumer<SiteEvent> listener) {
    this.site = site;
    this.file = file;
    this.own = List.copyOf(own);
    this.transfer = transfer;
    this.outbox = outbox;
    this.trainings = trainings;
    this.runs = runs;
    this.reports = reports;
    this.listener = listener;
  }

  @Override
  public CompletionStage<ClientSetup> prepare(RunTerms terms) {
    return CompletableFuture.supplyAsync(() -> ready(terms), training);
  }

  private ClientSetup ready(RunTerms terms) {
    WeftConfig config = ConfigLoader.load(file, settings(terms), List.of());
    new LocalPolicy(config.client().policy()).require(terms);
    requireOwnData();
    BaseModel model = model(config, terms);
    Optional<LabelSet> classes =
        terms.classes().isEmpty() ? Optional.empty() : Optional.of(new LabelSet(terms.classes()));
    SiteData read =
        SiteData.read(
            model,
            config.data(),
            classes,
            new Seed(config.run().seed()),
            config.client().policy().mostBadRecords());
    Optional<SiteData> heldOut =
        SiteData.heldOut(
            model,
            config.data(),
            classes,
            new Seed(config.run().seed()),
            config.client().policy().mostBadRecords());
    Optional<DataReport> heldOutReport = heldOut.map(SiteData::report);
    new DataReports(reports).keep(terms.run(), read.report(), heldOutReport);
    listener.accept(new SiteEvent.DataRead(terms.run(), read.report(), heldOutReport));
    TokenizedSet data = read.tokens();
    List<TokenizedSet> sets = new ArrayList<>(List.of(data));
    heldOut.ifPresent(test -> sets.add(test.tokens()));
    MemoryBudget memory =
        model.divideMemory(
            sets,
            TrainingSize.of(config.training().batchSize(), 1, terms.adapterValues()),
            1,
            Optional.of(1));
    listener.accept(new SiteEvent.MemoryDivided(terms.run(), memory));
    return new ClientSetup(
        site,
        model.target(terms.classes().size()),
        terms.base(),
        data,
        new Pieces(),
        transfer,
        outbox,
        new EngineTrainer(model),
        config.client().policy().mostUpload().map(MemorySize::bytes).orElse(ClientSetup.ANY_UPLOAD),
        config.client().policy().losses(),
        heldOut.map(test -> measurer(model, test.tokens())),
        new TrainingFile(
            trainings.resolve("kept.safetensors"), config.client().checkpointEvery(), listener),
        training);
  }

  /** With one core, as the training. */
  private static Measurer measurer(BaseModel model, TokenizedSet test) {
    return (adapter, sideDeltas) -> model.count(adapter, sideDeltas, test, 1);
  }

  @Override
  public CompletionStage<Path> keep(String run, RunResults results) {
    CompletionStage<Path> folder =
        CompletableFuture.completedFuture(runs.resolve(RunFileName.of(run)));
    for (Map.Entry<String, Artifact> file : results.files().entrySet()) {
      folder =
          folder.thenCompose(
              own ->
                  transfer
                      .fetch(results.id(), file.getValue(), () -> {})
                      .thenApplyAsync(
                          store -> {
                            write(own.resolve(file.getKey()), store, file.getValue());
                            return own;
                          },
                          training));
    }
    return folder;
  }

  private static void write(Path file, ArtifactStore store, Artifact artifact) {
    store.read(
        artifact.digest(),
        in -> {
          Files.createDirectories(file.getParent());
          Path draft = file.resolveSibling(file.getFileName() + ".tmp");
          Files.copy(in, draft, StandardCopyOption.REPLACE_EXISTING);
          return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  /** Nobody trains on the embedded data without having said so. */
  private void requireOwnData() {
    if (!ConfigLoader.isSet(file, own, DATA)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "data.source: this site does not say which data it trains on; name its file in weft.conf,"
              + " or start weft client with --set data.source=FILE");
    }
  }

  /** The site's own settings, and over them what the run decides of the model and its seed. */
  private List<Setting> settings(RunTerms terms) {
    List<Setting> settings = new ArrayList<>(own);
    terms.settings().entrySet().stream()
        .filter(setting -> isTheRuns(setting.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            setting ->
                settings.add(
                    new Setting(setting.getKey(), setting.getValue(), "run " + terms.run())));
    return settings;
  }

  private static boolean isTheRuns(String key) {
    return (key.startsWith("model.") && !key.equals(SOURCE))
        || key.equals("engine.precision")
        || key.equals("run.seed")
        || key.equals("training.batch-size");
  }

  /** The base model of a run, found among those that are here by its digest. */
  private BaseModel model(WeftConfig config, RunTerms terms) {
    if (open.filter(model -> model.facts().digest().equals(terms.base())).isPresent()) {
      return open.get();
    }
    close(open);
    open = Optional.empty();
    List<String> found = new ArrayList<>();
    for (String source : sources(config, terms)) {
      try {
        BaseModel model = BaseModel.open(from(config.model(), source), config.engine());
        if (model.facts().digest().equals(terms.base())) {
          open = Optional.of(model);
          return model;
        }
        found.add(Text.format("%s has digest %s", source, model.facts().digest().brief()));
        model.close();
      } catch (WeftException e) {
        found.add(Text.format("%s cannot be used: %s", source, e.getMessage()));
      }
    }
    throw new WeftException(
        Problem.MODEL_NOT_HERE,
        Text.format(
            "the run's base model has digest %s, and it is not here: %s; name its folder or file in"
                + " client.models",
            terms.base().brief(), String.join("; ", found)));
  }

  /** Where to look, the likeliest first. */
  private static List<String> sources(WeftConfig config, RunTerms terms) {
    String named = terms.setting(SOURCE);
    List<String> here =
        Stream.concat(config.client().models().stream(), Stream.of(EmbeddedModel.SOURCE))
            .distinct()
            .toList();
    return Stream.concat(
            here.stream().filter(source -> isNamed(source, named)),
            here.stream().filter(source -> !isNamed(source, named)))
        .toList();
  }

  private static boolean isNamed(String source, String named) {
    return source.equals(named)
        || (!named.isEmpty() && Path.of(source).getFileName().equals(Path.of(named).getFileName()));
  }

  private static ModelConfig from(ModelConfig model, String source) {
    return new ModelConfig(
        source,
        model.quantization(),
        model.correction(),
        model.targets(),
        model.layers(),
        model.head(),
        model.maxTokens(),
        model.templateDate());
  }

  private static void close(Optional<BaseModel> model) {
    model.ifPresent(BaseModel::close);
  }

  /** Ends the training that is on, and closes the model. */
  @Override
  public void close() {
    Threads.end(training);
    close(open);
  }
}
