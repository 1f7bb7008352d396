package dev.weft.core.peft;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
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
import dev.weft.core.tensor.TensorMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An adapter from a folder that PEFT, or {@link PeftAdapter}, saved: LoRA, rank-stabilised or not,
 * DoRA and HiRA. The values are those of the file, bit for bit; 16-bit ones become float32 exactly.
 *
 * <p>Layers may have different ranks, which are padded with zeros to the largest; that changes no
 * product. They must share one scale {@code lora_alpha / r}.
 */
public final class PeftReader {
  private final Path folder;
  private final Config config;
  private final TensorMap tensors;
  private final Set<String> unread;

  private PeftReader(Path folder, Config config, TensorMap tensors) {
    this.folder = folder;
    this.config = config;
    this.tensors = tensors;
    this.unread = new LinkedHashSet<>(tensors.names());
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
    PeftReader reader =
        new PeftReader(
            folder,
            configuration(folder.resolve(PeftAdapter.CONFIG)),
            Safetensors.read(folder.resolve(PeftAdapter.MODEL)));
    reader.refuseOtherKinds();
    return reader.adapter(linears, head);
  }

  private static Config configuration(Path file) {
    if (!Files.isReadable(file)) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file));
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    } catch (ConfigException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT, Text.format("%s: is not JSON; save the adapter again", file), e);
    }
  }

  private void refuseOtherKinds() {
    if (!text("peft_type", "").equals("LORA") && !multiplies()) {
      throw bad(Text.format("is not a LoRA adapter but %s", text("peft_type", "of no kind")));
    }
    if (!text("bias", "none").equals("none")) {
      throw bad("trains biases, which has no place here");
    }
    if (flag("fan_in_fan_out")) {
      throw bad("holds transposed weights (fan_in_fan_out)");
    }
  }

  private Adapter adapter(List<AdapterTarget.Layer> linears, Optional<AdapterTarget.Head> head) {
    LinkedHashMap<String, Tensor> found = new LinkedHashMap<>();
    List<AdapterTarget.Layer> layers = new ArrayList<>();
    Set<Float> scales = new LinkedHashSet<>();
    int rank = 0;
    for (AdapterTarget.Layer layer : linears) {
      Optional<String> module = module(layer);
      if (module.isPresent()) {
        Tensor a = take(module.get() + suffixOfA());
        Tensor b = take(module.get() + (multiplies() ? PeftAdapter.HIRA_B : PeftAdapter.B));
        requireFactors(layer, a, b);
        found.put(Part.A.tensorName(layer.name()), a);
        found.put(Part.B.tensorName(layer.name()), b);
        if (flag("use_dora")) {
          Tensor magnitude = take(module.get() + PeftAdapter.MAGNITUDE);
          found.put(Part.MAGNITUDE.tensorName(layer.name()), magnitude);
        }
        scales.add(scale(module.get().substring(PeftAdapter.PREFIX.length()), a.dimension(0)));
        rank = Math.max(rank, a.dimension(0));
        layers.add(layer);
      }
    }
    if (layers.isEmpty()) {
      throw bad("adapts no layer of this model");
    }
    if (scales.size() > 1) {
      throw bad(Text.format("has layers of different scales %s", scales));
    }
    AdapterTarget target = new AdapterTarget(layers, head);
    AdapterForm form = form(rank, scales.iterator().next());
    head.ifPresent(shape -> takeHead(found));
    if (!unread.isEmpty()) {
      throw bad(Text.format("holds %s, which belongs to no layer of this model", first(unread)));
    }
    return filled(form, target, found);
  }

  private AdapterForm form(int rank, float scale) {
    ChainAdapter chain = ChainAdapter.lora(rank, scale);
    if (multiplies()) {
      return new HadamardAdapter(chain);
    }
    return flag("use_dora") ? new DoraAdapter(chain) : chain;
  }

  /** The longest name in the file that ends with the layer's, such as "base_model.model.bert.…". */
  private Optional<String> module(AdapterTarget.Layer layer) {
    String end = "." + layer.name() + suffixOfA();
    return tensors.names().stream()
        .filter(name -> name.startsWith(PeftAdapter.PREFIX) && name.endsWith(end))
        .map(name -> name.substring(0, name.length() - suffixOfA().length()))
        .findFirst();
  }

  /** Whether it is HiRA, whose pair multiplies the weight. */
  private boolean multiplies() {
    return text("peft_type", "").equals("HIRA");
  }

  private String suffixOfA() {
    return multiplies() ? PeftAdapter.HIRA_A : PeftAdapter.A;
  }

  private Tensor take(String name) {
    if (!tensors.contains(name)) {
      throw bad(Text.format("lacks %s", name));
    }
    unread.remove(name);
    return tensors.get(name);
  }

  /** The linear layer beside the factors, whatever the model class calls it. */
  private void takeHead(Map<String, Tensor> found) {
    String module =
        unread.stream()
            .filter(name -> name.endsWith(PeftAdapter.WEIGHT))
            .map(name -> name.substring(0, name.length() - PeftAdapter.WEIGHT.length()))
            .findFirst()
            .orElseThrow(() -> bad("holds no classification head"));
    found.put(AdapterTarget.Head.WEIGHT, take(module + PeftAdapter.WEIGHT));
    found.put(AdapterTarget.Head.BIAS, take(module + PeftAdapter.BIAS));
  }

  private void requireFactors(AdapterTarget.Layer layer, Tensor a, Tensor b) {
    boolean fits =
        a.shape().size() == 2
            && b.shape().equals(List.of(layer.out(), a.dimension(0)))
            && a.dimension(1) == layer.in()
            && a.dimension(0) > 0;
    if (!fits) {
      throw bad(
          Text.format(
              "has factors %s and %s for %s, which is [%d, %d]",
              b.shape(), a.shape(), layer.name(), layer.out(), layer.in()));
    }
  }

  private float scale(String module, int rank) {
    double configured = pattern("rank_pattern", module).orElse(number("r", 8));
    if (configured != rank) {
      throw bad(Text.format("says rank %s where %s has %d", configured, module, rank));
    }
    if (multiplies()) {
      return 1;
    }
    double alpha = pattern("alpha_pattern", module).orElse(number("lora_alpha", 8));
    double scale = alpha / (flag("use_rslora") ? Math.sqrt(rank) : rank);
    if (!(scale > 0) || Double.isInfinite((float) scale)) {
      throw bad(Text.format("gives %s the scale %s", module, scale));
    }
    return (float) scale;
  }

  /** What a pattern says of a module: its key is the module's name or the end of it. */
  private Optional<Double> pattern(String key, String module) {
    if (!config.hasPath(key)) {
      return Optional.empty();
    }
    for (Map.Entry<String, ConfigValue> entry : object(key).entrySet()) {
      if (("." + module).endsWith("." + entry.getKey())) {
        return Optional.of(number(entry.getValue().unwrapped(), key));
      }
    }
    return Optional.empty();
  }

  private Map<String, ConfigValue> object(String key) {
    try {
      return config.getObject(key);
    } catch (ConfigException e) {
      throw bad(Text.format("has no object in %s", key));
    }
  }

  private Adapter filled(AdapterForm form, AdapterTarget target, Map<String, Tensor> found) {
    TensorMap values =
        form.zeros(target)
            .map(
                (name, like) -> {
                  Tensor value = found.get(name);
                  boolean factor = Part.of(name) == Part.A || Part.of(name) == Part.B;
                  if (!factor && !value.shape().equals(like.shape())) {
                    throw bad(
                        Text.format(
                            "has shape %s for %s, not %s", value.shape(), name, like.shape()));
                  }
                  return factor ? padded(value, like) : value;
                });
    return new Adapter(form, target, values);
  }

  /** The values in the leading corner of a matrix shaped as {@code like}. */
  private static Tensor padded(Tensor values, Tensor like) {
    int width = like.dimension(1);
    float[] wide = new float[like.size()];
    for (int row = 0; row < values.dimension(0); row++) {
      for (int column = 0; column < values.dimension(1); column++) {
        wide[row * width + column] = values.at(row, column);
      }
    }
    return Tensor.of(wide, like.shapeArray());
  }

  private String text(String key, String otherwise) {
    return config.hasPath(key) ? String.valueOf(config.getAnyRef(key)) : otherwise;
  }

  private boolean flag(String key) {
    return text(key, "false").equals("true");
  }

  private double number(String key, double otherwise) {
    return config.hasPath(key) ? number(config.getAnyRef(key), key) : otherwise;
  }

  private double number(Object value, String key) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw bad(Text.format("has no number in %s", key));
  }

  private static String first(Set<String> names) {
    return names.iterator().next();
  }

  private WeftException bad(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a PEFT LoRA, DoRA or HiRA adapter of this base model is needed",
            folder, what));
  }
}
