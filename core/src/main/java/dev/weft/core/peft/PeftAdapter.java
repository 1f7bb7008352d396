package dev.weft.core.peft;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Part;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A global state as one ordinary adapter: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} as PEFT saves them, a classification head among {@code
 * modules_to_save}.
 *
 * <p>A pair of factors alone is written as it is, with {@code lora_alpha = s·r}, and DoRA's
 * magnitudes beside it; a pair that multiplies the weight is PEFT's HiRA, which knows no scale, so
 * ours joins B. {@link PeftReader} gives back the same bits. Every other state, with a core or with
 * side deltas, becomes one pair {@code B [out, r], A [r, in]} per layer at PEFT scale 1 ({@code
 * lora_alpha = r}): factors side by side, or the dense sum with an identity where that is smaller.
 * Both are exact.
 */
public final class PeftAdapter {
  /** What the adapter is and what it is for. */
  public static final String CONFIG = "adapter_config.json";

  /** Its tensors. */
  public static final String MODEL = "adapter_model.safetensors";

  static final String PREFIX = "base_model.model.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";
  static final String MAGNITUDE = ".lora_magnitude_vector";
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";

  /** Key and value in the metadata of {@link #MODEL}: what a head reads. */
  static final String POOLING = "pooling";

  static final String MEAN = "mean";

  static final String HIRA_A = ".hira_A";
  static final String HIRA_B = ".hira_B";

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
    boolean plain =
        adapter.form().chain().core() == ChainAdapter.Core.NONE && state.sideDeltas().isEmpty();
    if (!plain && !adapter.form().product()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "%s: PEFT holds magnitudes and pairs that multiply a weight without a core and side"
                  + " deltas only; keep the run's own state",
              folder));
    }
    boolean multiplies = adapter.form() instanceof HadamardAdapter;
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, Object> ranks = new TreeMap<>();
    for (int i = 0; i < adapter.target().layers().size(); i++) {
      AdapterTarget.Layer layer = adapter.target().layers().get(i);
      LowRank pair =
          multiplies
              ? chain(adapter, layer)
              : plain ? new LowRank(adapter.b(layer), adapter.a(layer)) : sum(state, i);
      String name = base.prefix() + layer.name();
      tensors.put(PREFIX + name + (multiplies ? HIRA_A : A), pair.right());
      tensors.put(PREFIX + name + (multiplies ? HIRA_B : B), pair.left());
      if (adapter.form().parts().contains(Part.MAGNITUDE)) {
        Tensor magnitude = adapter.tensors().get(Part.MAGNITUDE.tensorName(layer.name()));
        tensors.put(PREFIX + name + MAGNITUDE, magnitude);
      }
      ranks.put(name, pair.rank());
    }
    if (adapter.target().head().isPresent()) {
      String head = PREFIX + base.head();
      tensors.put(head + WEIGHT, adapter.tensors().get(AdapterTarget.Head.WEIGHT));
      tensors.put(head + BIAS, adapter.tensors().get(AdapterTarget.Head.BIAS));
    }
    try {
      Files.createDirectories(folder);
      Safetensors.write(TensorMap.of(tensors), metadata(adapter), folder.resolve(MODEL));
      Files.writeString(folder.resolve(CONFIG), configuration(adapter, plain, ranks, base));
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: the adapter cannot be written there; free the disk or choose another folder",
              folder),
          e);
    }
  }

  private static Map<String, String> metadata(Adapter adapter) {
    Map<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));
    adapter.target().head().ifPresent(head -> metadata.put(POOLING, MEAN));
    return metadata;
  }

  private static String configuration(
      Adapter adapter, boolean plain, Map<String, Object> ranks, PeftBase base) {
    boolean classifies = adapter.target().head().isPresent();
    Map<String, Object> config = new TreeMap<>();
    Object largest = ranks.values().stream().map(Integer.class::cast).max(Integer::compare).get();
    config.put("task_type", base.taskType(classifies).orElse(null));
    config.put("base_model_name_or_path", base.name());
    config.put("r", largest);
    config.put("rank_pattern", plain ? Map.of() : ranks);
    if (adapter.form() instanceof HadamardAdapter) {
      config.put("peft_type", "HIRA");
      config.put("hira_dropout", 0.0);
    } else {
      config.put("peft_type", "LORA");
      config.put("lora_alpha", plain ? alpha(adapter) : largest);
      config.put("use_rslora", false);
      config.put("use_dora", !adapter.form().product());
      config.put("alpha_pattern", plain ? Map.of() : ranks);
      config.put("lora_dropout", 0.0);
      config.put("bias", "none");
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
    terms.add(chain(state.adapter(), shape));
    int rank = terms.stream().mapToInt(LowRank::rank).sum();
    return rank < shape.in() ? sideBySide(terms, shape, rank) : dense(terms, shape);
  }

  private static LowRank chain(Adapter adapter, AdapterTarget.Layer layer) {
    Tensor b = adapter.b(layer);
    int rank = adapter.form().rank();
    float[] left = new float[layer.out() * rank];
    for (int row = 0; row < layer.out(); row++) {
      for (int column = 0; column < rank; column++) {
        left[row * rank + column] =
            adapter.form().scale() * (float) throughCore(adapter, layer, b, row, column);
      }
    }
    return new LowRank(Tensor.of(left, layer.out(), rank), adapter.a(layer));
  }

  private static double throughCore(
      Adapter adapter, AdapterTarget.Layer layer, Tensor b, int row, int column) {
    return switch (adapter.form().chain().core()) {
      case NONE -> b.at(row, column);
      case DIAGONAL -> (double) b.at(row, column) * adapter.core(layer).at(column);
      case FULL -> {
        Tensor core = adapter.core(layer);
        double sum = 0;
        for (int k = 0; k < core.dimension(0); k++) {
          sum += (double) b.at(row, k) * core.at(k, column);
        }
        yield sum;
      }
    };
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
