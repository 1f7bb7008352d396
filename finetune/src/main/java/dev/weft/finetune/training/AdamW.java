package dev.weft.finetune.training;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;

/**
 * AdamW with beta 0.9 and 0.999, epsilon 1e-8 and decoupled weight decay (Loshchilov and Hutter,
 * "Decoupled weight decay regularization", ICLR 2019) for tensors [lanes, …] that share a weight
 * decay. Updates in place.
 */
final class AdamW {
  private final Kernels kernels;
  private final List<NativeArray> parameters;
  private final List<NativeArray> means;
  private final List<NativeArray> squares;
  private final double weightDecay;
  private int steps;

  /**
   * @param owner the arena that the moments live in
   */
  AdamW(Arena owner, Kernels kernels, List<NativeArray> parameters, double weightDecay) {
    this.kernels = kernels;
    this.parameters = List.copyOf(parameters);
    this.means = zeros(owner, parameters);
    this.squares = zeros(owner, parameters);
    this.weightDecay = weightDecay;
  }

  private static List<NativeArray> zeros(Arena owner, List<NativeArray> like) {
    return like.stream().map(array -> owner.floats(Tensor.zeros(array.shape()))).toList();
  }

  List<NativeArray> means() {
    return means;
  }

  List<NativeArray> squares() {
    return squares;
  }

  /** Goes on after so many steps; the moments are in place. */
  void resume(int done) {
    steps = done;
  }

  /**
   * @param gradients one per parameter
   * @param rates the learning rate of each lane
   */
  void step(Arena arena, List<NativeArray> gradients, double... rates) {
    steps++;
    float[] rounded = new float[rates.length];
    for (int lane = 0; lane < rates.length; lane++) {
      rounded[lane] = (float) rates[lane];
    }
    NativeArray column = arena.floats(rounded, rates.length, 1);
    kernels
        .optimizer()
        .adamw(arena, parameters, gradients, means, squares, steps, column, weightDecay);
  }
}
