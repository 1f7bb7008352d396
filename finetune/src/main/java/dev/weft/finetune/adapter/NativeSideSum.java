package dev.weft.finetune.adapter;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.AdapterKernels;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.WeightChange;
import java.util.Optional;

/**
 * A {@link SideSum} in native memory; all lanes share it.
 *
 * @param left [out, q], or the dense sum [out, in]
 * @param right [q, in]; absent beside a dense sum
 */
record NativeSideSum(Kernels kernels, NativeArray left, Optional<NativeArray> right) {

  static NativeSideSum of(Arena owner, Kernels kernels, SideSum sum) {
    if (sum instanceof SideSum.Factors factors) {
      return new NativeSideSum(
          kernels,
          owner.floats(factors.sum().left()),
          Optional.of(owner.floats(factors.sum().right())));
    }
    Tensor dense = ((SideSum.Dense) sum).sum();
    return new NativeSideSum(kernels, owner.floats(dense), Optional.empty());
  }

  /** The weight with this sum added. */
  NativeArray onto(Arena arena, NativeArray weight) {
    return right
        .map(factor -> kernels.adapter().plusProduct(arena, weight, left, factor, 1.0))
        .orElseGet(() -> kernels.adapter().plus(arena, weight, left));
  }

  /** An adapter's factors with this sum's next to them in every lane. */
  WeightChange.Beside joinedTo(Arena arena, WeightChange.Beside factors) {
    NativeArray ownRight =
        right.orElseGet(
            () -> {
              int in = left.shape()[1];
              return kernels.adapter().identity(arena, left, in);
            });
    AdapterKernels.Factors joined =
        kernels.adapter().joinToLanes(arena, factors.right(), factors.left(), ownRight, left);
    return new WeightChange.Beside(joined.right(), joined.left());
  }
}
