package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.NativeArray;
import java.util.List;

/** All that a block computes with beside its states; each file of blocks says what it reads. */
public final class BlockArguments {
  private final List<NativeArray> context;
  private final List<NativeArray> weights;
  private final List<NativeArray> vectors;
  private final List<NativeArray> right;
  private final List<NativeArray> left;
  private final long[] sizes;
  private final double[] numbers;

  /**
   * @param context of the batch, such as masks
   * @param weights matrices of the linear layers, each [out, in]
   * @param vectors norms and biases, without values where the block has none
   * @param right per linear layer [lanes, r, in] of the adapter beside it, without values for none
   * @param left likewise [lanes, out, r]
   * @param sizes such as the number of heads
   * @param numbers such as the norms' epsilon
   */
  public BlockArguments(
      List<NativeArray> context,
      List<NativeArray> weights,
      List<NativeArray> vectors,
      List<NativeArray> right,
      List<NativeArray> left,
      long[] sizes,
      double[] numbers) {
    this.context = List.copyOf(context);
    this.weights = List.copyOf(weights);
    this.vectors = List.copyOf(vectors);
    this.right = List.copyOf(right);
    this.left = List.copyOf(left);
    this.sizes = sizes.clone();
    this.numbers = numbers.clone();
  }

  List<NativeArray> context() {
    return context;
  }

  List<NativeArray> weights() {
    return weights;
  }

  List<NativeArray> vectors() {
    return vectors;
  }

  List<NativeArray> right() {
    return right;
  }

  List<NativeArray> left() {
    return left;
  }

  long[] sizes() {
    return sizes;
  }

  double[] numbers() {
    return numbers;
  }
}
