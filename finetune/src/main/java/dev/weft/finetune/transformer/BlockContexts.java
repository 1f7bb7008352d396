package dev.weft.finetune.transformer;

import dev.weft.finetune.torch.NativeArray;
import java.util.Collections;
import java.util.List;

/**
 * What the blocks' kernels must know of a batch, masks and positions, block by block; blocks that
 * attend alike share arrays.
 */
record BlockContexts(List<List<NativeArray>> byLayer) {

  BlockContexts {
    byLayer = List.copyOf(byLayer);
  }

  /** The same for every block. */
  static BlockContexts alike(int layers, List<NativeArray> context) {
    return new BlockContexts(Collections.nCopies(layers, context));
  }

  List<NativeArray> of(int layer) {
    return byLayer.get(layer);
  }
}
