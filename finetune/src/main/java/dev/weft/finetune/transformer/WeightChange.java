package dev.weft.finetune.transformer;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Optional;

/** What an adapter does to the frozen matrices of a model, in one of two ways that agree. */
public interface WeightChange {

  /** The frozen model itself. */
  WeightChange NONE =
      new WeightChange() {
        @Override
        public NativeArray fold(Arena arena, LinearSite site, NativeArray frozen) {
          return frozen;
        }

        @Override
        public Optional<Beside> beside(Arena arena, LinearSite site) {
          return Optional.empty();
        }
      };

  /**
   * Low-rank factors that act beside a frozen matrix: {@code y = x Wᵀ + (x rightᵀ) leftᵀ}, each
   * lane on its own rows.
   *
   * @param right [lanes, r, in]
   * @param left [lanes, out, r], scale included
   */
  record Beside(NativeArray right, NativeArray left) {}

  /**
   * The changed matrix, for a change of one lane.
   *
   * @param frozen decoded weights [out, in]; not to be written to
   * @return the weights to multiply by, living in {@code arena}; {@code frozen} if nothing changes
   */
  NativeArray fold(Arena arena, LinearSite site, NativeArray frozen);

  /** The change as factors, if it has that form; empty where nothing changes, too. */
  Optional<Beside> beside(Arena arena, LinearSite site);

  /** Whether {@link #beside} must be used: several lanes cannot share one folded matrix. */
  default boolean laned() {
    return false;
  }
}
