package dev.weft.core.config;

import java.util.List;
import java.util.Optional;

/**
 * The federated method and its numbers.
 *
 * @param rank adapter rank; empty for the method's own default
 * @param ranks ranks per client, repeated when there are more clients; empty for one rank
 * @param scale s in {@code W0 + s·B·A}; empty for the method's own default
 */
public record MethodConfig(
    String name,
    Optional<Integer> rank,
    List<Integer> ranks,
    Optional<Double> scale,
    Init init,
    double fairLambda,
    double proximalMu,
    ServerOptimizerConfig server) {

  /** Where Fed-SB's factors come from. */
  public enum Init {
    /** Singular vectors of one sign step on held-out public examples. */
    PUBLIC_GRADIENT,
    /** Singular vectors of the frozen weights alone. */
    WEIGHTS
  }

  public MethodConfig {
    Check.notBlank("name", name);
    rank.ifPresent(value -> Check.between("rank", value, 1, 65536));
    ranks = List.copyOf(ranks);
    ranks.forEach(value -> Check.between("ranks", value, 1, 65536));
    scale.ifPresent(value -> Check.positive("scale", value));
    Check.notNegative("fair-lambda", fairLambda);
    Check.notNegative("proximal-mu", proximalMu);
  }

  /** Rank of the client with this index, from 0; {@code largest} where all are equal. */
  public int rankOf(int client, int largest) {
    return ranks.isEmpty() ? largest : ranks.get(client % ranks.size());
  }

  /**
   * This configuration for another method. Rank and scale stay as they are: where they are empty,
   * the other method's own apply.
   */
  public MethodConfig withName(String newName) {
    return new MethodConfig(newName, rank, ranks, scale, init, fairLambda, proximalMu, server);
  }
}
