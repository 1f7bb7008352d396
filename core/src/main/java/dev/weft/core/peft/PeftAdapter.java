package dev.weft.core.peft;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
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
 * A global state as one ordinary LoRA adapter: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} as PEFT saves them, the classification head among {@code
 * modules_to_save}.
 *
 * <p>Per layer the sum of the chain {@code s·B·core·A} and of all side deltas becomes one pair
 * {@code B [out, r], A [r, in]} at PEFT scale 1 ({@code lora_alpha = r}): factors side by side, or
 * the dense sum with an identity where that is smaller. Both are exact.
 */
public final class PeftAdapter {
  private static final String PREFIX = "base_model.model.";
  private static final String ENCODER_PREFIX = PREFIX + "bert.";

  private PeftAdapter() {}

  /**
   * Writes both files.
   *
   * @param baseModel what {@code base_model_name_or_path} names
   * @throws WeftException if the folder cannot be written
   */
  public static void write(Path folder, GlobalState state, String baseModel) {
    AdapterTarget target = state.adapter().target();
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, Object> ranks = new TreeMap<>();
    for (int i = 0; i < target.layers().size(); i++) {
      String layer = target.layers().get(i).name();
      LowRank sum = sum(state, i);
      tensors.put(ENCODER_PREFIX + layer + ".lora_A.weight", sum.right());
      tensors.put(ENCODER_PREFIX + layer + ".lora_B.weight", sum.left());
      ranks.put("bert." + layer, sum.rank());
    }
    for (String name : List.of(AdapterTarget.Head.WEIGHT, AdapterTarget.Head.BIAS)) {
      tensors.put(PREFIX + name, state.adapter().tensors().get(name));
    }
    try {
      Files.createDirectories(folder);
      Files.write(
          folder.resolve("adapter_model.safetensors"),
          Safetensors.encode(TensorMap.of(tensors), Map.of("format", "pt")));
      Files.writeString(
          folder.resolve("adapter_config.json"), configuration(target, ranks, baseModel));
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          "%s: the adapter cannot be written there; free the disk or set run.output"
              .formatted(folder),
          e);
    }
  }

  private static String configuration(
      AdapterTarget target, Map<String, Object> ranks, String baseModel) {
    Map<String, Object> config = new TreeMap<>();
    Object largest = ranks.values().stream().map(Integer.class::cast).max(Integer::compare).get();
    config.put("peft_type", "LORA");
    config.put("task_type", "SEQ_CLS");
    config.put("base_model_name_or_path", baseModel);
    config.put("r", largest);
    config.put("lora_alpha", largest);
    config.put("rank_pattern", ranks);
    config.put("alpha_pattern", ranks);
    config.put("lora_dropout", 0.0);
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("inference_mode", true);
    config.put("modules_to_save", List.of("classifier"));
    config.put(
        "target_modules", target.layers().stream().map(layer -> "bert." + layer.name()).toList());
    return ConfigValueFactory.fromMap(config)
            .render(ConfigRenderOptions.defaults().setJson(true).setOriginComments(false))
        + "\n";
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
    return switch (adapter.form().core()) {
      case NONE -> b.at(row, column);
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
