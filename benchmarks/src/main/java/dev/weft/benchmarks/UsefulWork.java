package dev.weft.benchmarks;

import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import java.util.stream.IntStream;

/**
 * Floating-point operations that training an adapter cannot do without: the forward pass and the
 * gradient by activations, a multiplication and an addition counting two. Frozen weights need no
 * gradient. What is computed again, decoded, normed or done for the adapter itself (about 1 % at
 * rank 8) does not count.
 */
final class UsefulWork {
  private UsefulWork() {}

  /**
   * Of one sequence of {@code T} tokens:
   *
   * <ul>
   *   <li>linear layers: {@code 4 T · out · in} each, two products of two operations per weight;
   *   <li>attention of a block: {@code 12 · pairs · width} for its two products forward and four
   *       backward, where {@code width} is that of all query heads and {@code pairs} counts the
   *       keys that each token may see: {@code T²}, or {@code T (T + 1) / 2} where none looks
   *       ahead;
   *   <li>the output layer of a language model: {@code 4 (T - 1) · vocabulary · hidden}, since the
   *       first token is not foretold.
   * </ul>
   */
  static double flops(Family family, int tokens) {
    boolean language = family.language().isPresent();
    double weights =
        IntStream.range(0, family.layers())
            .boxed()
            .flatMap(layer -> family.linears(layer).stream())
            .mapToDouble(site -> (double) site.out() * site.in())
            .sum();
    LinearSite query = family.linears(0).get(0);
    double pairs = language ? tokens * (tokens + 1) / 2.0 : (double) tokens * tokens;
    double attention = 12 * pairs * query.out() * family.layers();
    double head = language ? 4.0 * (tokens - 1) * family.vocabulary() * family.hidden() : 0;
    return 4 * tokens * weights + attention + head;
  }
}
