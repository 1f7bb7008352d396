package dev.weft.finetune.encoder;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;

/** What is added to a frozen matrix before it multiplies. */
@FunctionalInterface
public interface WeightChange {

  /** The frozen model itself. */
  WeightChange NONE = (arena, site, frozen) -> frozen;

  /**
   * @param frozen decoded weights [out, in]; not to be written to
   * @return the weights to multiply by, living in {@code arena}
   */
  NativeArray apply(Arena arena, LinearSite site, NativeArray frozen);
}
