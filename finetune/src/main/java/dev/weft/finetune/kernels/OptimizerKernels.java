package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/** Kernels of {@code optimizer.py}: updates in place. */
public final class OptimizerKernels {
  private final Program program;

  OptimizerKernels(Program program) {
    this.program = program;
  }

  /**
   * FedProx: adds to each gradient that of {@code mu / 2 |w - reference|²}.
   *
   * @param gradients one per parameter; changed
   * @param parameters w, of the shapes of the gradients
   * @param references of the same shapes
   */
  public void addProximal(
      Arena arena,
      List<NativeArray> gradients,
      List<NativeArray> parameters,
      List<NativeArray> references,
      double mu) {
    program.call(arena, "add_proximal", gradients, parameters, references, mu);
  }

  /**
   * Adds each part to its sum, every lane times its weight.
   *
   * @param sums [lanes, …]; changed
   * @param parts of the same shapes
   * @param weights one for each lane
   */
  public void addWeighted(
      Arena arena, List<NativeArray> sums, List<NativeArray> parts, double[] weights) {
    program.call(arena, "add_weighted", sums, parts, weights);
  }

  /**
   * Weighted sums of each lane's rows [lanes, …].
   *
   * @param parts [lanes * rows, …]
   * @param weights [lanes, rows]
   */
  public NativeArray laneSums(Arena arena, NativeArray parts, NativeArray weights) {
    return program.callOne(arena, "lane_sums", parts, weights);
  }

  /**
   * A step of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
   *
   * @param parameters [lanes, …]; changed
   * @param gradients of the same shapes
   * @param means first moments, of the same shapes; changed
   * @param squares second moments, of the same shapes; changed
   * @param step which this is, from 1
   * @param rates learning rates [lanes, 1]
   * @param decay of the weights, per step and unit of rate
   */
  public void adamw(
      Arena arena,
      List<NativeArray> parameters,
      List<NativeArray> gradients,
      List<NativeArray> means,
      List<NativeArray> squares,
      int step,
      NativeArray rates,
      double decay) {
    program.call(arena, "adamw", parameters, gradients, means, squares, step, rates, decay);
  }
}
