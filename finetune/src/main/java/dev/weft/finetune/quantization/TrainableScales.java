package dev.weft.finetune.quantization;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.Optional;

/**
 * A matrix of integers whose scales can be trained (Kim et al., "PEQA", NeurIPS 2023;
 * quantization.md M4): {@code W = scales ⊙ (codes - zeros)}. Codes and zeros stay frozen in their
 * held bytes, so W is linear in the scales, and the mean of clients' scales is exactly the mean of
 * their models.
 */
public final class TrainableScales {
  private final GroupedMatrix matrix;

  private TrainableScales(GroupedMatrix matrix) {
    this.matrix = matrix;
  }

  /** The scales of a matrix; empty if its format has no integers, or shares scales between rows. */
  public static Optional<TrainableScales> of(StoredMatrix matrix) {
    return matrix instanceof GroupedMatrix grouped
            && grouped.groups().ownedByRows()
            && grouped.codes().integers()
        ? Optional.of(new TrainableScales(grouped))
        : Optional.empty();
  }

  /** The scales that the format holds, as float32 [out, groups]. */
  public Tensor initial() {
    Groups groups = matrix.groups();
    float[] scales = new float[matrix.out() * groups.perRow()];
    for (int row = 0; row < matrix.out(); row++) {
      for (int k = 0; k < groups.perRow(); k++) {
        scales[row * groups.perRow() + k] = matrix.scales().at(groups.number(row, k));
      }
    }
    return Tensor.of(scales, matrix.out(), groups.perRow());
  }

  /** Makes the frozen part usable in the engine, still in its held bytes. */
  public Native upload(Arena owner, Kernels kernels) {
    long[] groupOfColumn = new long[matrix.in()];
    for (int column = 0; column < groupOfColumn.length; column++) {
      groupOfColumn[column] = matrix.groups().of(column);
    }
    return new Native(
        matrix.unscaled().upload(owner, kernels),
        owner.longs(groupOfColumn, groupOfColumn.length),
        kernels);
  }

  /**
   * The frozen part in the engine; scales come from outside. Thread-safe.
   *
   * @param integers {@code codes - zeros} [out, in]
   * @param groupOfColumn int64 [in]
   */
  public record Native(NativeMatrix integers, NativeArray groupOfColumn, Kernels kernels) {

    /**
     * The weight under these scales; with the initial ones, the bits of the stored matrix.
     *
     * @param scales [out, groups]
     * @return [out, in]
     */
    public NativeArray weight(Arena arena, NativeArray scales) {
      try (Arena scratch = arena.child()) {
        return kernels.callOne(
            arena, "scaled_columns", integers.decode(scratch), scales, groupOfColumn);
      }
    }

    /**
     * The gradient of the scales; exact, as nothing is rounded in between.
     *
     * @param x what entered the layer [rows, in]
     * @param dy gradient of what left it [rows, out]
     * @param scales [out, groups]
     * @return [out, groups]
     */
    public NativeArray gradient(Arena arena, NativeArray x, NativeArray dy, NativeArray scales) {
      try (Arena scratch = arena.child()) {
        return kernels.callOne(
            arena, "scale_gradient", integers.decode(scratch), x, dy, scales, groupOfColumn);
      }
    }
  }
}
