package dev.weft.finetune.transformer;

import java.util.Optional;

/**
 * What one training step of a batch takes at most, beside the held model and the adapter.
 *
 * @param keptBytes activations if everything is kept for the way back
 * @param rematerializedBytes activations if blocks are computed again
 * @param decodedBytes dense weights of the block at work
 * @param blockBytes activations of one block
 */
public record MemoryNeed(
    long keptBytes, long rematerializedBytes, long decodedBytes, long blockBytes) {

  /**
   * @param blocks how many, from the highest, something is trained in
   * @param length tokens per example
   * @throws ArithmeticException if that is more than can be counted
   */
  public static MemoryNeed of(Family family, int blocks, int examples, int length) {
    long tokens = (long) examples * length;
    long block = keptByBlock(family, tokens, length);
    long inputs = Math.multiplyExact((long) Float.BYTES * family.hidden() * blocks, tokens);
    long decoded =
        family.linears(0).stream().mapToLong(site -> (long) site.out() * site.in()).sum();
    return new MemoryNeed(
        Math.multiplyExact(block, blocks),
        Math.addExact(inputs, block),
        Float.BYTES * decoded,
        block);
  }

  /** Bytes of what the backward pass of one block reads, of so many tokens. */
  static long keptByBlock(Family family, long tokens, int length) {
    return Math.multiplyExact(Float.BYTES * family.savedPerToken(length), tokens);
  }

  /**
   * The whole of it, with room for one block's gradients on the way back.
   *
   * @param rematerialization empty for what the size of the batch decides
   */
  long bytes(Optional<Rematerialization> rematerialization) {
    boolean keeps =
        rematerialization.orElse(Rematerialization.auto(keptBytes)) == Rematerialization.NOTHING;
    long kept = keeps ? keptBytes : rematerializedBytes;
    return decodedBytes + kept + blockBytes;
  }
}
