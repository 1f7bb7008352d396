package dev.weft.finetune.adapter;

import dev.weft.core.adapter.Part;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.WeightChange;
import java.util.Map;
import java.util.Optional;

/** What a form of adapter computes at one layer. See {@link NativeForms}. */
interface NativeForm {

  /**
   * The weight that a layer multiplies by; for one lane.
   *
   * @param weight frozen weight and side deltas [out, in]; not to be written to
   */
  NativeArray fold(Arena arena, LinearSite site, LayerTensors tensors, NativeArray weight);

  /** The change as a pair of factors beside the weight, if it is one. */
  Optional<WeightChange.Beside> beside(Arena arena, LayerTensors tensors);

  /**
   * Gradients of the trained tensors, [lanes, …] each. The tensors themselves may have fewer lanes,
   * of which the number is a multiple: then each of their lanes serves as many neighbours, whose
   * gradients are those of their own rows.
   *
   * @param owner where the gradients live
   * @param scratch where everything else lives
   * @param x what entered the layer [rows, in], lane after lane
   * @param dy gradient of the loss by what left it [rows, out]
   */
  Map<Part, NativeArray> gradients(
      Arena owner,
      Arena scratch,
      LinearSite site,
      LayerTensors tensors,
      NativeArray x,
      NativeArray dy,
      int lanes);
}
