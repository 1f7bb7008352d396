package dev.weft.finetune.weights;

import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.Text;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.kernels.QuantizationKernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.Optional;

/**
 * Quantizes a weight matrix so that a low-rank pair beside it makes up for as much as it can of the
 * error: {@code W ≈ Q + left · right} (quantization.md M2, M3). Quantizing what the pair leaves and
 * factoring what quantization leaves take turns.
 *
 * <p>Only Q is kept: the pair that goes best with it is the leading part of {@code W - Q}, whatever
 * led to Q. The error does not fall with every iteration, so the best Q counts. Singular vectors
 * are not the same bits on every kind of processor, so neither need Q be; digests tell. Cost per
 * iteration: one quantization and one singular value decomposition in float32.
 *
 * @param start which of the two steps comes first
 * @param rank of the pair
 * @param iterations of both steps, at least one
 */
public record Decomposer(Start start, int rank, int iterations) {

  /** The two orders in which the steps take turns. */
  public enum Start {
    /** The pair starts at zero (Li et al., "LoftQ", ICLR 2024). */
    QUANTIZE,
    /** The pair starts as the leading part of W (Guo et al., "LQ-LoRA", ICLR 2024). */
    FACTOR
  }

  public Decomposer {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: must be at least 1, got " + iterations);
    }
  }

  /** What a configuration asks for; empty for plain quantization. */
  public static Optional<Decomposer> of(ModelConfig.Correction correction) {
    return switch (correction.scheme()) {
      case NONE -> Optional.empty();
      case LOFTQ -> Optional.of(of(Start.QUANTIZE, correction));
      case LQ_LORA -> Optional.of(of(Start.FACTOR, correction));
    };
  }

  private static Decomposer of(Start start, ModelConfig.Correction correction) {
    return new Decomposer(start, correction.rank(), correction.iterations());
  }

  /**
   * A quantized matrix and what the best pair beside it leaves.
   *
   * @param base Q
   * @param error {@code ‖W - Q - left · right‖} (Frobenius)
   */
  public record Decomposition(StoredMatrix base, double error) {}

  /**
   * @param kernels with {@code quantization.py}
   * @param weights [out, in]
   * @throws WeftException if the rank is larger than the smaller side
   */
  public Decomposition decompose(Kernels kernels, Tensor weights, QuantScheme scheme) {
    int smallerSide = Math.min(weights.dimension(0), weights.dimension(1));
    if (rank > smallerSide) {
      throw new WeftException(
          Problem.RANK_TOO_LARGE,
          Text.format(
              "model.correction.rank: %d is larger than an adapted layer allows; set it to at most"
                  + " %d",
              rank, smallerSide));
    }
    Tensor rest = start == Start.FACTOR ? withoutLeading(kernels, weights) : weights;
    Optional<Decomposition> best = Optional.empty();
    for (int iteration = 0; iteration < iterations; iteration++) {
      StoredMatrix base = scheme.store(rest);
      Tensor dense = base.decode();
      rest = minusProduct(kernels, weights, leading(kernels, weights.minus(dense)));
      double error = norm(rest.minus(dense));
      if (best.isEmpty() || error < best.get().error()) {
        best = Optional.of(new Decomposition(base, error));
      }
    }
    return best.orElseThrow();
  }

  private Tensor withoutLeading(Kernels kernels, Tensor matrix) {
    return minusProduct(kernels, matrix, leading(kernels, matrix));
  }

  private LowRank leading(Kernels kernels, Tensor matrix) {
    try (Arena arena = Arena.open()) {
      QuantizationKernels.Factors factors =
          kernels.quantization().leadingFactors(arena, arena.floats(matrix), rank);
      return new LowRank(factors.left().toTensor(), factors.right().toTensor());
    }
  }

  private static Tensor minusProduct(Kernels kernels, Tensor matrix, LowRank pair) {
    try (Arena arena = Arena.open()) {
      NativeArray left = arena.floats(pair.left());
      NativeArray right = arena.floats(pair.right());
      return kernels
          .quantization()
          .minusProduct(arena, arena.floats(matrix), left, right)
          .toTensor();
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
