package dev.weft.finetune.training;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Map;

/** The tensors of one training of one lane, copied out of native memory and back into it. */
record Bookmark(NativeAdapter adapter, AdapterOptimizer optimizer) {

  TrainingState state(int steps, long examples, long tokens, double lossSum) {
    TensorMap trained = adapter.trainedValues(0);
    return new TrainingState(
        steps,
        trained,
        values(trained, optimizer.means()),
        values(trained, optimizer.squares()),
        examples,
        tokens,
        lossSum);
  }

  private static TensorMap values(TensorMap like, Map<String, NativeArray> arrays) {
    return like.map((name, tensor) -> Tensor.of(arrays.get(name).toFloats(), tensor.shapeArray()));
  }

  /**
   * Puts everything back.
   *
   * @throws IllegalArgumentException if it is of another training
   */
  void restore(Kernels kernels, TrainingState state) {
    if (!state.trained().schema().equals(adapter.trainedValues(0).schema())) {
      throw new IllegalArgumentException("state: has other tensors than the training");
    }
    try (Arena scratch = Arena.open()) {
      copy(scratch, kernels, state.trained(), adapter.trained());
      copy(scratch, kernels, state.means(), optimizer.means());
      copy(scratch, kernels, state.squares(), optimizer.squares());
    }
    optimizer.resume(state.steps());
  }

  private static void copy(
      Arena scratch, Kernels kernels, TensorMap from, Map<String, NativeArray> to) {
    to.forEach(
        (name, place) ->
            kernels
                .quantization()
                .copyInto(scratch, place, scratch.floats(ofOneLane(from.get(name)))));
  }

  private static Tensor ofOneLane(Tensor tensor) {
    int[] shape = tensor.shapeArray();
    int[] laned = new int[shape.length + 1];
    laned[0] = 1;
    System.arraycopy(shape, 0, laned, 1, shape.length);
    return Tensor.of(tensor.toArray(), laned);
  }
}
