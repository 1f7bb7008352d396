package dev.weft.finetune.transformer;

import dev.weft.finetune.torch.NativeArray;
import java.util.List;

/**
 * The dense matrices of one block as its kernels multiply by them, and what acts beside each; lives
 * as long as the block is computed, not longer.
 *
 * @param matrices [out, in] each, in the family's order
 * @param right per matrix [lanes, r, in], without values where nothing acts beside it
 * @param left per matrix [lanes, out, r], likewise
 */
record BlockWeights(List<NativeArray> matrices, List<NativeArray> right, List<NativeArray> left) {}
