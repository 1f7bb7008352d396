package dev.weft.checkpoint;

/**
 * What all Gemmas have in common: wide heads, one table for what enters and what leaves, gains of
 * norms that count from one, and embeddings scaled to the width of the residual stream.
 */
interface GemmaLineage extends DecoderFamily {
  @Override
  default int defaultHeadWidth(int hidden, int heads) {
    return 256;
  }

  @Override
  default boolean tiedByDefault() {
    return true;
  }

  @Override
  default double normOffset() {
    return 1;
  }

  @Override
  default double embeddingScale(int hidden) {
    return Math.sqrt(hidden);
  }
}
