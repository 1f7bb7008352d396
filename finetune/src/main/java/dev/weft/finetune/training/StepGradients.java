package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.transformer.Transformer;

/** Where the losses and gradients of a training's steps come from. */
@FunctionalInterface
interface StepGradients {

  /**
   * Those of one step of all lanes.
   *
   * @param arena where the gradients live
   */
  LossGradients of(Arena arena, NativeAdapter adapter, Lanes lanes, int step);

  /** One pass on the calling thread. */
  static StepGradients ofOnePass(Transformer transformer, Task task) {
    return (arena, adapter, lanes, step) ->
        LossGradients.of(arena, transformer, task, adapter, lanes.batch(step));
  }
}
