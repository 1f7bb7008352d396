package dev.weft.finetune.quantization;

import dev.weft.core.adapter.LowRank;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import java.util.Optional;

/**
 * Splits a weight matrix into a quantized matrix and a low-rank pair that makes up for part of the
 * quantization error: {@code W ≈ Q + left · right} (quantization.md M2, M3, M8).
 *
 * <p>The error does not fall with every iteration, so the best iterate is kept. Singular vectors
 * are not the same bits on every machine: decompose once and send the result, never decompose at
 * every site. Cost per iteration: one quantization and one singular value decomposition in float32.
 *
 * @param start which of the two steps comes first
 * @param iterations of both steps, at least one
 */
public record Decomposer(Start start, int iterations) {

  /** The two orders in which quantizing and factoring alternate. */
  public enum Start {
    QUANTIZE,
    FACTOR
  }

  public Decomposer {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: must be at least 1, got " + iterations);
    }
  }

  /** Plain quantization, then the leading part of its error (Yao et al., "ZeroQuant-V2", 2023). */
  public static Decomposer lorc() {
    return loftQ(1);
  }

  /** Quantize what the pair leaves, then factor the error (Li et al., "LoftQ", ICLR 2024). */
  public static Decomposer loftQ(int iterations) {
    return new Decomposer(Start.QUANTIZE, iterations);
  }

  /** Factor what is not quantized, then quantize the rest (Guo et al., "LQ-LoRA", ICLR 2024). */
  public static Decomposer lqLora(int iterations) {
    return new Decomposer(Start.FACTOR, iterations);
  }

  /**
   * A matrix in two parts.
   *
   * @param base Q, to be held by every site
   * @param correction left [out, rank] and right [rank, in], each with the roots of the singular
   *     values; an adapter of scale s starts from left / s
   * @param error {@code ‖W - Q - left · right‖} (Frobenius)
   */
  public record Decomposition(StoredMatrix base, LowRank correction, double error) {}

  /**
   * @param kernels with {@code quantization.py}
   * @param weights [out, in]
   * @param rank at most the smaller side
   */
  public Decomposition decompose(Kernels kernels, Tensor weights, QuantScheme scheme, int rank) {
    int smallerSide = Math.min(weights.dimension(0), weights.dimension(1));
    if (rank < 1 || rank > smallerSide) {
      throw new IllegalArgumentException(
          "rank: must be between 1 and %d, got %d".formatted(smallerSide, rank));
    }
    LowRank pair =
        new LowRank(
            Tensor.zeros(weights.dimension(0), rank), Tensor.zeros(rank, weights.dimension(1)));
    Tensor dense = Tensor.zeros(weights.shapeArray());
    Optional<Decomposition> best = Optional.empty();
    for (int iteration = 0; iteration < iterations; iteration++) {
      if (start == Start.FACTOR) {
        pair = leading(kernels, weights.minus(dense), rank);
      }
      StoredMatrix base = scheme.store(minusProduct(kernels, weights, pair));
      dense = base.decode();
      if (start == Start.QUANTIZE) {
        pair = leading(kernels, weights.minus(dense), rank);
      }
      double error = norm(minusProduct(kernels, weights.minus(dense), pair));
      if (best.isEmpty() || error < best.get().error()) {
        best = Optional.of(new Decomposition(base, pair, error));
      }
    }
    return best.orElseThrow();
  }

  private static LowRank leading(Kernels kernels, Tensor matrix, int rank) {
    try (Arena arena = Arena.open()) {
      List<NativeArray> factors =
          kernels.call(arena, "leading_factors", arena.floats(matrix), rank);
      return new LowRank(factors.get(0).toTensor(), factors.get(1).toTensor());
    }
  }

  private static Tensor minusProduct(Kernels kernels, Tensor matrix, LowRank pair) {
    try (Arena arena = Arena.open()) {
      NativeArray left = arena.floats(pair.left());
      NativeArray right = arena.floats(pair.right());
      return kernels.callOne(arena, "minus_product", arena.floats(matrix), left, right).toTensor();
    }
  }

  private static double norm(Tensor matrix) {
    double sum = 0;
    for (int i = 0; i < matrix.size(); i++) {
      sum += (double) matrix.at(i) * matrix.at(i);
    }
    return Math.sqrt(sum);
  }
}
