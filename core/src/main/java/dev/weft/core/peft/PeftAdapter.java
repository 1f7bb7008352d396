package dev.weft.core.peft;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.PeftForm;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A global state as one ordinary adapter: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} as PEFT saves them, a classification head among {@code
 * modules_to_save}.
 *
 * <p>A form that PEFT knows is written as its {@link PeftForm} says: a pair of factors as it is,
 * with {@code lora_alpha = s·r}; where PEFT has no place for a scale, ours joins the part that is
 * named there. {@link PeftReader} gives back the same bits. Every other product, with a core or
 * with side deltas, becomes one pair {@code B [out, r], A [r, in]} per layer at PEFT scale 1
 * ({@code lora_alpha = r}): factors side by side, or the dense sum with an identity where that is
 * smaller. Both are exact.
 */
public final class PeftAdapter {
  /** What the adapter is and what it is for. */
  public static final String CONFIG = "adapter_config.json";

  /** Its tensors. */
  public static final String MODEL = "adapter_model.safetensors";

  static final String PREFIX = "base_model.model.";

  /** Before the names of tensors that belong to no module. */
  static final String SHARED = "base_model.";

  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";

  /** Key and value in the metadata of {@link #MODEL}: what a head reads. */
  static final String POOLING = "pooling";

  static final String MEAN = "mean";

  /** What every product can be written as. */
  private static final PeftForm LORA = ChainAdapter.lora(1, 1).peft().orElseThrow();

  private PeftAdapter() {}

  /**
   * Writes both files.
   *
   * @param base the model that PEFT will wrap. A head reads the mean of the last hidden states,
   *     which the tensors' file says; what loads it must, too
   * @throws WeftException if the folder cannot be written, or the adapter is one that PEFT cannot
   *     hold
   */
  public static void write(Path folder, GlobalState state, PeftBase base) {
    Adapter adapter = state.adapter();
    Optional<PeftForm> own = own(state);
    if (own.isEmpty() && !adapter.form().product()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "%s: PEFT holds magnitudes and pairs that multiply a weight without a core and side"
                  + " deltas only; keep the run's own state",
              folder));
    }
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, Object> ranks = new TreeMap<>();
    for (int i = 0; i < adapter.target().layers().size(); i++) {
      AdapterTarget.Layer layer = adapter.target().layers().get(i);
      String module = base.prefix() + layer.name();
      Map<Part, Tensor> parts =
          own.isPresent() ? parts(adapter, own.get(), layer) : pair(sum(state, i));
      own.orElse(LORA)
          .layered()
          .forEach((part, suffix) -> tensors.put(PREFIX + module + suffix, parts.get(part)));
      ranks.put(module, parts.get(own.orElse(LORA).leading()).dimension(0));
    }
    own.ifPresent(
        form ->
            form.shared()
                .forEach((part, name) -> tensors.put(SHARED + name, widest(adapter, part))));
    if (adapter.target().head().isPresent()) {
      String head = PREFIX + base.head();
      tensors.put(head + WEIGHT, adapter.tensors().get(AdapterTarget.Head.WEIGHT));
      tensors.put(head + BIAS, adapter.tensors().get(AdapterTarget.Head.BIAS));
    }
    try {
      Files.createDirectories(folder);
      Safetensors.write(TensorMap.of(tensors), metadata(adapter), folder.resolve(MODEL));
      Files.writeString(folder.resolve(CONFIG), configuration(adapter, own, ranks, base));
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: the adapter cannot be written there; free the disk or choose another folder",
              folder),
          e);
    }
  }

  /** How PEFT keeps this very state; empty where it knows no more than its product. */
  private static Optional<PeftForm> own(GlobalState state) {
    Adapter adapter = state.adapter();
    return adapter
        .form()
        .peft()
        .filter(form -> state.sideDeltas().isEmpty() && shares(adapter, form));
  }

  /** A layer's own tensors as the file has them. */
  private static Map<Part, Tensor> parts(
      Adapter adapter, PeftForm form, AdapterTarget.Layer layer) {
    Map<Part, Tensor> parts = new EnumMap<>(Part.class);
    form.layered().keySet().forEach(part -> parts.put(part, adapter.tensor(part, layer)));
    form.scaled()
        .ifPresent(
            part ->
                parts.computeIfPresent(
                    part, (same, tensor) -> tensor.times(adapter.form().scale())));
    return parts;
  }

  private static Map<Part, Tensor> pair(LowRank pair) {
    return Map.of(Part.A, pair.right(), Part.B, pair.left());
  }

  /** Whether layers use leading blocks of one tensor, for every part that has but one in PEFT. */
  private static boolean shares(Adapter adapter, PeftForm form) {
    return form.shared().keySet().stream()
        .allMatch(
            part -> {
              Tensor widest = widest(adapter, part);
              return adapter.part(part).asMap().values().stream()
                  .allMatch(tensor -> widest.leadingBlock(tensor.shapeArray()).equals(tensor));
            });
  }

  /** The largest of a part's tensors, which differ along one axis. */
  private static Tensor widest(Adapter adapter, Part part) {
    return adapter.part(part).asMap().values().stream()
        .max(Comparator.comparingInt(Tensor::size))
        .orElseThrow();
  }

  private static Map<String, String> metadata(Adapter adapter) {
    Map<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));
    adapter.target().head().ifPresent(head -> metadata.put(POOLING, MEAN));
    return metadata;
  }

  private static String configuration(
      Adapter adapter, Optional<PeftForm> own, Map<String, Object> ranks, PeftBase base) {
    boolean classifies = adapter.target().head().isPresent();
    PeftForm form = own.orElse(LORA);
    Map<String, Object> config = new TreeMap<>(form.settings());
    Object largest = ranks.values().stream().map(Integer.class::cast).max(Integer::compare).get();
    config.put("peft_type", form.type());
    config.put("task_type", base.taskType(classifies).orElse(null));
    config.put("base_model_name_or_path", base.name());
    config.put("r", largest);
    if (form.scaled().isEmpty()) {
      config.put("lora_alpha", own.isPresent() ? alpha(adapter) : largest);
      config.put("alpha_pattern", own.isPresent() ? Map.of() : ranks);
      config.put("rank_pattern", own.isPresent() ? Map.of() : ranks);
    }
    config.put("fan_in_fan_out", false);
    config.put("inference_mode", true);
    config.put("modules_to_save", classifies ? List.of(base.head()) : null);
    config.put(
        "target_modules",
        adapter.target().layers().stream().map(layer -> base.prefix() + layer.name()).toList());
    return ConfigValueFactory.fromMap(config)
            .render(ConfigRenderOptions.defaults().setJson(true).setOriginComments(false))
        + "\n";
  }

  /** s·r, exact in double; an integer where it is one, as PEFT usually has it. */
  private static Number alpha(Adapter adapter) {
    double alpha = (double) adapter.form().scale() * adapter.form().rank();
    return alpha == Math.rint(alpha) ? (Number) (long) alpha : (Number) alpha;
  }

  /** All that is added to the weight of one layer, as a pair at scale 1. */
  static LowRank sum(GlobalState state, int layer) {
    AdapterTarget.Layer shape = state.adapter().target().layers().get(layer);
    List<LowRank> terms = new ArrayList<>();
    for (SideDelta delta : state.sideDeltas()) {
      terms.add(delta.layers().get(layer));
    }
    terms.add(state.adapter().pair(shape));
    int rank = terms.stream().mapToInt(LowRank::rank).sum();
    return rank < shape.in() ? sideBySide(terms, shape, rank) : dense(terms, shape);
  }

  private static LowRank sideBySide(List<LowRank> terms, AdapterTarget.Layer shape, int rank) {
    float[] left = new float[shape.out() * rank];
    float[] right = new float[rank * shape.in()];
    int offset = 0;
    for (LowRank term : terms) {
      for (int k = 0; k < term.rank(); k++) {
        for (int row = 0; row < shape.out(); row++) {
          left[row * rank + offset + k] = term.left().at(row, k);
        }
        for (int column = 0; column < shape.in(); column++) {
          right[(offset + k) * shape.in() + column] = term.right().at(k, column);
        }
      }
      offset += term.rank();
    }
    return new LowRank(Tensor.of(left, shape.out(), rank), Tensor.of(right, rank, shape.in()));
  }

  private static LowRank dense(List<LowRank> terms, AdapterTarget.Layer shape) {
    float[] left = new float[shape.out() * shape.in()];
    double[] sum = new double[shape.in()];
    for (int row = 0; row < shape.out(); row++) {
      Arrays.fill(sum, 0);
      for (LowRank term : terms) {
        for (int k = 0; k < term.rank(); k++) {
          double weight = term.left().at(row, k);
          for (int column = 0; column < shape.in(); column++) {
            sum[column] += weight * term.right().at(k, column);
          }
        }
      }
      for (int column = 0; column < shape.in(); column++) {
        left[row * shape.in() + column] = (float) sum[column];
      }
    }
    float[] identity = new float[shape.in() * shape.in()];
    for (int i = 0; i < shape.in(); i++) {
      identity[i * shape.in() + i] = 1;
    }
    return new LowRank(
        Tensor.of(left, shape.out(), shape.in()), Tensor.of(identity, shape.in(), shape.in()));
  }
}
