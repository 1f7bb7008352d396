package dev.weft.core.peft;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An adapter from a folder that PEFT, or {@link PeftAdapter}, saved: LoRA, rank-stabilised or not,
 * DoRA and HiRA. The values are those of the file, bit for bit; 16-bit ones become float32 exactly.
 *
 * <p>Layers may have different ranks, which are padded with zeros to the largest, and different
 * scales, which then join B: neither changes a product, and DoRA and HiRA see nothing but products.
 * Whatever the file declares must be among its tensors, and every tensor must be declared.
 */
public final class PeftReader {
  private static final Set<String> CAUSAL_TASKS = Set.of("CAUSAL_LM", "FEATURE_EXTRACTION");
  private static final Set<String> CLASSIFYING_TASKS = Set.of("SEQ_CLS");

  private final Path folder;
  private final PeftConfig config;
  private final PeftTensors tensors;

  /** What the file holds for one layer. */
  private record Adapted(
      AdapterTarget.Layer layer, Tensor a, Tensor b, Optional<Tensor> magnitude, double scale) {}

  private PeftReader(Path folder) {
    this.folder = folder;
    this.config = PeftConfig.read(folder);
    this.tensors = PeftTensors.read(folder);
  }

  /**
   * Reads both files.
   *
   * @param linears the base model's linear layers, in model order; those that the adapter names
   *     become its target
   * @param head the head that the task needs; its tensors must be in the file
   * @throws WeftException if the folder is no such adapter, or not one of this model
   */
  public static Adapter read(
      Path folder, List<AdapterTarget.Layer> linears, Optional<AdapterTarget.Head> head) {
    return new PeftReader(folder).adapter(linears, head);
  }

  private Adapter adapter(List<AdapterTarget.Layer> linears, Optional<AdapterTarget.Head> head) {
    Set<String> tasks = head.isPresent() ? CLASSIFYING_TASKS : CAUSAL_TASKS;
    config
        .taskType()
        .filter(task -> !tasks.contains(task))
        .ifPresent(
            task -> {
              throw config.bad(
                  Text.format(
                      "was trained for %s, and this model answers for %s",
                      task, head.isPresent() ? "SEQ_CLS" : "CAUSAL_LM"));
            });
    List<Adapted> layers = layers(linears);
    Map<String, Tensor> parts = new LinkedHashMap<>();
    head.ifPresent(shape -> takeHead(shape, parts));
    if (!tensors.left().isEmpty()) {
      throw config.bad(
          Text.format(
              "holds %s, which belongs to no layer of this model that can be adapted",
              tensors.inFile(tensors.left().iterator().next())));
    }
    Optional<Float> shared = sharedScale(layers);
    int rank = layers.stream().mapToInt(layer -> layer.a().dimension(0)).max().orElseThrow();
    for (Adapted layer : layers) {
      int in = layer.layer().in();
      int out = layer.layer().out();
      double rest = shared.isPresent() ? 1 : layer.scale();
      parts.put(Part.A.tensorName(layer.layer().name()), padded(layer.a(), 1, rank, in));
      parts.put(Part.B.tensorName(layer.layer().name()), padded(layer.b(), rest, out, rank));
      layer
          .magnitude()
          .ifPresent(value -> parts.put(Part.MAGNITUDE.tensorName(layer.layer().name()), value));
    }
    AdapterForm form = form(ChainAdapter.lora(rank, shared.orElse(1f)));
    AdapterTarget target = new AdapterTarget(layers.stream().map(Adapted::layer).toList(), head);
    return new Adapter(form, target, form.zeros(target).map((name, like) -> parts.get(name)));
  }

  private AdapterForm form(ChainAdapter chain) {
    if (config.multiplies()) {
      return new HadamardAdapter(chain);
    }
    return config.stretches() ? new DoraAdapter(chain) : chain;
  }

  /** The scale of all layers; empty where they differ, or share one that no form has. */
  private static Optional<Float> sharedScale(List<Adapted> layers) {
    Set<Float> scales =
        layers.stream().map(layer -> (float) layer.scale()).collect(Collectors.toSet());
    return scales.stream().filter(scale -> scales.size() == 1 && scale > 0).findAny();
  }

  /** What declaration and tensors agree on, in model order. */
  private List<Adapted> layers(List<AdapterTarget.Layer> linears) {
    Map<AdapterTarget.Layer, String> modules = new LinkedHashMap<>();
    linears.forEach(layer -> module(layer).ifPresent(module -> modules.put(layer, module)));
    if (modules.isEmpty()) {
      throw config.bad("adapts no layer of this model");
    }
    AdapterTarget.Layer any = modules.keySet().iterator().next();
    String prefix = modules.get(any);
    prefix = prefix.substring(0, Math.max(0, prefix.length() - any.name().length()));
    List<Adapted> layers = new ArrayList<>();
    for (AdapterTarget.Layer layer : linears) {
      String module = modules.getOrDefault(layer, prefix + layer.name());
      boolean held = modules.containsKey(layer);
      boolean targeted = config.targets(module).orElse(held);
      if (targeted != held) {
        throw config.bad(
            Text.format(
                held
                    ? "holds factors for %s, which target_modules and its exceptions leave out"
                    : "lacks the factors of %s, which target_modules names",
                module));
      }
      if (held) {
        layers.add(adapted(layer, module));
      }
    }
    return layers;
  }

  /** The module in the file that is this layer, whatever stands before its name there. */
  private Optional<String> module(AdapterTarget.Layer layer) {
    String end = "." + layer.name() + suffixOfA();
    return tensors.left().stream()
        .filter(name -> name.startsWith(PeftAdapter.PREFIX) && name.endsWith(end))
        .map(
            name ->
                name.substring(PeftAdapter.PREFIX.length(), name.length() - suffixOfA().length()))
        .findFirst();
  }

  private String suffixOfA() {
    return config.multiplies() ? PeftAdapter.HIRA_A : PeftAdapter.A;
  }

  private Adapted adapted(AdapterTarget.Layer layer, String module) {
    String name = PeftAdapter.PREFIX + module;
    Tensor a = tensors.take(name + suffixOfA());
    Tensor b = tensors.take(name + (config.multiplies() ? PeftAdapter.HIRA_B : PeftAdapter.B));
    boolean fits =
        a.shape().size() == 2
            && b.shape().equals(List.of(layer.out(), a.dimension(0)))
            && a.dimension(1) == layer.in()
            && a.dimension(0) > 0;
    if (!fits) {
      throw config.bad(
          Text.format(
              "has factors %s and %s for %s, which is [%d, %d]",
              b.shape(), a.shape(), layer.name(), layer.out(), layer.in()));
    }
    if (!config.allowsRank(module, a.dimension(0))) {
      throw config.bad(
          Text.format("says rank %s where %s has %d", config.rank(module), module, a.dimension(0)));
    }
    double scale = config.scale(module);
    if (!Float.isFinite((float) scale)) {
      throw config.bad(Text.format("gives %s the scale %s", module, scale));
    }
    return new Adapted(layer, a, b, magnitude(layer, name), scale);
  }

  private Optional<Tensor> magnitude(AdapterTarget.Layer layer, String name) {
    if (!config.stretches()) {
      return Optional.empty();
    }
    Tensor magnitude = tensors.take(name + PeftAdapter.MAGNITUDE);
    if (!magnitude.shape().equals(List.of(layer.out()))) {
      throw config.bad(
          Text.format(
              "has magnitudes %s for %s, which has %d rows",
              magnitude.shape(), layer.name(), layer.out()));
    }
    return Optional.of(magnitude);
  }

  /**
   * The linear layer beside the factors, whatever the model class calls it. Only heads that say so
   * read the mean of the last hidden states, as ours do.
   */
  private void takeHead(AdapterTarget.Head shape, Map<String, Tensor> parts) {
    String module =
        tensors.left().stream()
            .filter(name -> name.endsWith(PeftAdapter.WEIGHT))
            .map(name -> name.substring(0, name.length() - PeftAdapter.WEIGHT.length()))
            .findFirst()
            .orElseThrow(() -> config.bad("holds no classification head"));
    Map<String, String> said = Safetensors.metadata(folder.resolve(PeftAdapter.MODEL));
    if (!PeftAdapter.MEAN.equals(said.get(PeftAdapter.POOLING))) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: its classification head %s is that of another model class, such as"
                  + " BertForSequenceClassification with its pooler, and does not say that it reads"
                  + " the mean of the last hidden states; measure it in PEFT, or train an adapter"
                  + " here",
              folder, tensors.inFile(module + PeftAdapter.WEIGHT)));
    }
    Tensor weight = tensors.take(module + PeftAdapter.WEIGHT);
    Tensor bias = tensors.take(module + PeftAdapter.BIAS);
    boolean fits =
        weight.shape().equals(List.of(shape.classes(), shape.features()))
            && bias.shape().equals(List.of(shape.classes()));
    if (!fits) {
      throw config.bad(
          Text.format(
              "has a head %s with bias %s where the data have %d classes and the model %d features",
              weight.shape(), bias.shape(), shape.classes(), shape.features()));
    }
    parts.put(AdapterTarget.Head.WEIGHT, weight);
    parts.put(AdapterTarget.Head.BIAS, bias);
  }

  /** The values times a factor in the leading corner of a matrix, zeros elsewhere. */
  private static Tensor padded(Tensor values, double factor, int rows, int columns) {
    float[] wide = new float[rows * columns];
    for (int row = 0; row < values.dimension(0); row++) {
      for (int column = 0; column < values.dimension(1); column++) {
        wide[row * columns + column] = (float) (factor * values.at(row, column));
      }
    }
    return Tensor.of(wide, rows, columns);
  }
}
