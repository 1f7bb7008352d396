package dev.weft.core.peft;

import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.PeftForm;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An adapter from a folder that PEFT, or {@link PeftAdapter}, saved: of every kind that a {@link
 * PeftForm} describes, rank-stabilised or not. The values are those of the file, bit for bit;
 * 16-bit ones become float32 exactly.
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
  private final PeftForm form;
  private final PeftTensors tensors;
  private final Map<Part, Tensor> shared = new EnumMap<>(Part.class);

  /** What the file holds for one layer, of its own or shared. */
  private record Adapted(
      AdapterTarget.Layer layer, int rank, Map<Part, Tensor> parts, double scale) {}

  private PeftReader(Path folder) {
    this.folder = folder;
    this.config = PeftConfig.read(folder);
    this.form = config.form();
    this.tensors = PeftTensors.read(folder);
    form.shared()
        .forEach((part, name) -> shared.put(part, tensors.take(PeftAdapter.SHARED + name)));
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
    Map<String, Tensor> read = new LinkedHashMap<>();
    head.ifPresent(shape -> takeHead(shape, read));
    if (!tensors.left().isEmpty()) {
      throw config.bad(
          Text.format(
              "holds %s, which belongs to no layer of this model that can be adapted",
              tensors.inFile(tensors.left().iterator().next())));
    }
    Optional<Float> scale = sharedScale(layers);
    int rank = layers.stream().mapToInt(Adapted::rank).max().orElseThrow();
    for (Adapted layer : layers) {
      layer
          .parts()
          .forEach(
              (part, tensor) -> {
                boolean scaled = part == Part.B && scale.isEmpty();
                read.put(
                    part.tensorName(layer.layer().name()),
                    scaled ? tensor.times(layer.scale()) : tensor);
              });
    }
    AdapterForm whole = form.form().apply(rank, scale.orElse(1f));
    AdapterTarget target = new AdapterTarget(layers.stream().map(Adapted::layer).toList(), head);
    return new Adapter(
        whole,
        target,
        whole.zeros(target).map((name, like) -> padded(read.get(name), like.shapeArray())));
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
    String suffix = form.layered().get(form.leading());
    String end = "." + layer.name() + suffix;
    return tensors.left().stream()
        .filter(name -> name.startsWith(PeftAdapter.PREFIX) && name.endsWith(end))
        .map(name -> name.substring(PeftAdapter.PREFIX.length(), name.length() - suffix.length()))
        .findFirst();
  }

  private Adapted adapted(AdapterTarget.Layer layer, String module) {
    Map<Part, Tensor> parts = new EnumMap<>(Part.class);
    form.layered()
        .forEach(
            (part, suffix) -> parts.put(part, tensors.take(PeftAdapter.PREFIX + module + suffix)));
    int rank = parts.get(form.leading()).shape().stream().findFirst().orElse(0);
    parts.putAll(shared);
    for (TensorSchema.Entry entry : form.form().apply(Math.max(1, rank), 1f).entries(layer)) {
      Part part = Part.of(entry.name());
      parts.put(part, fitting(part, parts.get(part), entry.shape(), module));
    }
    if (!config.allowsRank(module, rank)) {
      throw config.bad(
          Text.format(
              "says rank %s where %s has %d",
              BigDecimal.valueOf(config.rank(module)).stripTrailingZeros().toPlainString(),
              module,
              rank));
    }
    double scale = config.scale(module);
    if (!Float.isFinite((float) scale)) {
      throw config.bad(Text.format("gives %s the scale %s", module, scale));
    }
    return new Adapted(layer, rank, parts, scale);
  }

  /** The tensor, or the leading block of a shared one, of the shape that a layer needs. */
  private Tensor fitting(Part part, Tensor tensor, List<Integer> shape, String module) {
    boolean fits = tensor.shape().size() == shape.size();
    for (int axis = 0; fits && axis < shape.size(); axis++) {
      int extent = tensor.dimension(axis);
      fits = shared.containsKey(part) ? extent >= shape.get(axis) : extent == shape.get(axis);
    }
    if (!fits) {
      throw config.bad(
          Text.format("has %s %s for %s, where %s is needed", part, tensor.shape(), module, shape));
    }
    return tensor.shape().equals(shape)
        ? tensor
        : tensor.leadingBlock(shape.stream().mapToInt(Integer::intValue).toArray());
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

  /** The values in the leading corner of a tensor of that shape, zeros elsewhere. */
  private static Tensor padded(Tensor values, int... shape) {
    float[] wide = new float[Math.toIntExact(Tensor.elements(shape))];
    int width = shape[shape.length - 1];
    int held = values.dimension(shape.length - 1);
    for (int i = 0; i < values.size(); i++) {
      wide[i / held * width + i % held] = values.at(i);
    }
    return Tensor.of(wide, shape);
  }
}
