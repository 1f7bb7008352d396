package dev.weft.privacy.secagg.primitive;

/**
 * Makes keystream from seeds: per seed 2^32 chunks, each a stream of its own, which can be read
 * from any {@link #STEP} on. It keeps buffers, so each thread has its own.
 */
public interface MaskGenerator {
  /** Positions in a chunk are multiples of this many bytes. */
  int STEP = 64;

  /** Bytes of a chunk that exist at most. */
  long CHUNK_BYTES = 1L << 23;

  /**
   * Fills the beginning of {@code out}.
   *
   * @param seed of {@link Suite#KEY_BYTES}
   * @param chunk from 0
   * @param from first byte in the chunk, a multiple of {@link #STEP}
   * @param length in bytes
   */
  void generate(Secret seed, int chunk, int from, byte[] out, int length);
}
