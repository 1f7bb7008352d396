package dev.weft.finetune;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.checkpoint.EmbeddedModel;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.encoder.EncoderLinear;
import dev.weft.finetune.encoder.FrozenEncoder;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.quantization.QuantScheme;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.Tokenizer;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.training.FineTuner;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A frozen, quantized base model on this machine. Safe for concurrent use and shared by all clients
 * of a process; must outlive every call.
 */
public final class BaseModel implements AutoCloseable {
  private static final String[] KERNELS = {
    "nf4.py", "encoder.py", "adapter.py", "classifier.py", "optimizer.py"
  };

  private final Arena arena;
  private final Tokenizer tokenizer;
  private final FineTuner tuner;
  private final ModelFacts facts;

  private BaseModel(Arena arena, Tokenizer tokenizer, FineTuner tuner, ModelFacts facts) {
    this.arena = arena;
    this.tokenizer = tokenizer;
    this.tuner = tuner;
    this.facts = facts;
  }

  /**
   * Reads, quantizes and uploads a model; takes about a second for the embedded one.
   *
   * @throws WeftException if there is no such model or no layer of it matches the targets
   */
  public static BaseModel open(ModelConfig config) {
    if (!config.source().equals(EmbeddedModel.SOURCE)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "model.source: \"%s\" is not a model Weft can read; use \"%s\""
              .formatted(config.source(), EmbeddedModel.SOURCE));
    }
    EncoderCheckpoint checkpoint = EmbeddedModel.read();
    List<LinearSite> sites = sites(config, checkpoint.shape().layers());
    QuantScheme scheme = QuantScheme.of(config.quantization());
    Arena arena = Arena.open();
    try (InputStream definition = EmbeddedModel.tokenizer()) {
      Kernels kernels = Kernels.load(arena, KERNELS);
      FrozenEncoder frozen = FrozenEncoder.load(arena, kernels, checkpoint, scheme);
      return new BaseModel(
          arena,
          Tokenizer.read(definition, config.maxTokens()),
          new FineTuner(frozen, kernels, sites),
          facts(checkpoint.name(), scheme, frozen.holding()));
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException("the tokenizer definition cannot be closed", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public ModelFacts facts() {
    return facts;
  }

  /** What adapters of this model attach to, with a head of this many classes. */
  public AdapterTarget target(int classes) {
    return tuner.target(classes);
  }

  /**
   * Texts as token ids, cut to the configured length.
   *
   * @param labels class of each text, from 0
   */
  public TokenizedSet tokenize(List<String> texts, int[] labels) {
    return tokenizer.encode(texts, labels);
  }

  /**
   * What an adapter's initialisation must know: one matrix [out, in] per target layer, or none.
   *
   * @param publicExamples read for {@link AdapterInit.Statistic#GRADIENT_SUM} only
   * @param classes number of classes of the examples
   */
  public List<Tensor> statistic(
      AdapterInit.Statistic statistic, TokenizedSet publicExamples, Seed seed, int classes) {
    return switch (statistic) {
      case NONE -> List.of();
      case WEIGHT -> tuner.weights();
      case GRADIENT_SUM -> tuner.gradientSum(publicExamples, seed, classes);
    };
  }

  /**
   * A classification head fitted to the frozen model's embeddings of public examples.
   *
   * @return weight [classes, hidden] and bias [classes] by the names of {@link AdapterTarget.Head}
   */
  public TensorMap headFor(TokenizedSet publicExamples, Seed seed, int classes) {
    return tuner.headFor(publicExamples, seed, classes);
  }

  /**
   * Trains on the calling thread, with one core. The result is bit-identical for equal jobs,
   * whatever other threads do.
   *
   * @throws dev.weft.finetune.training.TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener) {
    return tuner.train(job, listener);
  }

  /**
   * Trains on the calling thread with several cores, for a training that nothing runs beside.
   *
   * @param cores part of what decides the last bits of the result
   */
  public TrainingResult trainAlone(TrainingJob job, TrainingListener listener, int cores) {
    Kernels.useCores(cores);
    try {
      return tuner.train(job, listener);
    } finally {
      Kernels.useCores(1);
    }
  }

  /**
   * Measures an adapter on held-out examples.
   *
   * @param threads how many cores to use; changes nothing but the time
   */
  public Evaluation evaluate(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    return tuner.evaluate(adapter, sideDeltas, test, threads);
  }

  @Override
  public void close() {
    tokenizer.close();
    arena.close();
  }

  /** The linear layers that targets and layers of the configuration name, in model order. */
  private static List<LinearSite> sites(ModelConfig config, int layers) {
    for (int number : config.layers()) {
      if (number >= layers) {
        throw new WeftException(
            Problem.BAD_VALUE,
            "model.layers: there is no layer %d; the model has 0 to %d"
                .formatted(number, layers - 1));
      }
    }
    List<LinearSite> all = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      if (config.layers().isEmpty() || config.layers().contains(layer)) {
        for (EncoderLinear linear : EncoderLinear.values()) {
          all.add(new LinearSite(layer, linear));
        }
      }
    }
    for (String target : config.targets()) {
      if (all.stream().noneMatch(site -> matches(site, target))) {
        throw new WeftException(
            Problem.BAD_VALUE,
            "model.targets: no layer is called %s; there are %s"
                .formatted(
                    target,
                    Arrays.stream(EncoderLinear.values()).map(EncoderLinear::path).toList()));
      }
    }
    return all.stream()
        .filter(site -> config.targets().stream().anyMatch(target -> matches(site, target)))
        .toList();
  }

  private static boolean matches(LinearSite site, String target) {
    return ("." + site.name()).endsWith("." + target);
  }

  private static ModelFacts facts(String name, QuantScheme scheme, FrozenEncoder.Holding holding) {
    return new ModelFacts(
        name,
        holding.parameters(),
        scheme.name(),
        8.0 * holding.quantizedBytes() / holding.quantizedParameters(),
        holding.bytes(),
        holding.digest());
  }
}
