package dev.weft.finetune.transformer;

import dev.weft.core.config.EngineConfig;

/**
 * What a forward pass keeps for the way back. Never changes a bit of the result: what is computed
 * again is computed by the same kernels from the same inputs. Decoded weights are never kept.
 */
public enum Rematerialization {
  /** All that the backward pass reads. */
  NOTHING,
  /** Only what enters each block, which is computed again on the way back. */
  BLOCKS;

  /** More than this is not kept for one batch. */
  private static final long MOST_KEPT_BYTES = 384L << 20;

  /** As the configuration names it. */
  public static Rematerialization of(EngineConfig.Rematerialization wanted) {
    return switch (wanted) {
      case NONE -> NOTHING;
      case BLOCKS -> BLOCKS;
    };
  }

  /** Keeps everything as long as that takes little memory. */
  static Rematerialization auto(Family family, int layers, TokenBatch batch) {
    return auto(layers * MemoryNeed.keptByBlock(family, batch.paddedTokens(), batch.length()));
  }

  /**
   * @param keptBytes of a batch if everything is kept
   */
  static Rematerialization auto(long keptBytes) {
    return keptBytes <= MOST_KEPT_BYTES ? NOTHING : BLOCKS;
  }
}
