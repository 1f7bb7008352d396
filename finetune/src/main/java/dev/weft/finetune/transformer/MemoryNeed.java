package dev.weft.finetune.transformer;

/**
 * What one training step of a batch takes at most, beside the held model and the adapter.
 *
 * @param keptBytes activations if everything is kept for the way back
 * @param rematerializedBytes activations if blocks are computed again
 * @param decodedBytes dense weights of the block at work
 */
public record MemoryNeed(long keptBytes, long rematerializedBytes, long decodedBytes) {

  /**
   * @param length tokens per example
   */
  public static MemoryNeed of(Family family, int examples, int length) {
    long tokens = (long) examples * length;
    long block = Float.BYTES * family.savedPerToken(length) * tokens;
    long inputs = Float.BYTES * (long) family.hidden() * tokens * family.layers();
    long decoded =
        family.linears(0).stream().mapToLong(site -> (long) site.out() * site.in()).sum();
    return new MemoryNeed(block * family.layers(), inputs + block, Float.BYTES * decoded);
  }
}
