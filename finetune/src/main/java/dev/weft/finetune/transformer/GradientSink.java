package dev.weft.finetune.transformer;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;

/** Takes what the gradient of a linear layer's weights is made of: {@code dL/dW = dyᵀ x}. */
@FunctionalInterface
public interface GradientSink {

  /**
   * @param arena holds x and dy only until this returns
   * @param x what entered the layer [rows, in]; rows of a lane lie together, lanes in order
   * @param dy gradient of the loss by what left it [rows, out]
   */
  void accept(Arena arena, LinearSite site, NativeArray x, NativeArray dy);
}
