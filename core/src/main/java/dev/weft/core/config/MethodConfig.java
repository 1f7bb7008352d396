package dev.weft.core.config;

import java.util.List;
import java.util.Optional;

/**
 * The federated method and its numbers.
 *
 * @param adapter the adapter's name; empty for the method's own
 * @param rank adapter rank; empty for the adapter's own default
 * @param ranks of the clients, one for each; empty for one rank
 * @param scale s in {@code W0 + s·B·A}; empty for the adapter's own default
 * @param measureError whether each round says how far its result is from the clients' weighted mean
 *     change
 */
public record MethodConfig(
    String name,
    Optional<String> adapter,
    Optional<Integer> rank,
    List<Integer> ranks,
    Optional<Double> scale,
    Init init,
    double fairLambda,
    double proximalMu,
    @ResultsUnchanged boolean measureError,
    RobustConfig robust,
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
    adapter.ifPresent(value -> Check.notBlank("adapter", value));
    rank.ifPresent(value -> Check.between("rank", value, 1, 65536));
    ranks = List.copyOf(ranks);
    ranks.forEach(value -> Check.between("ranks", value, 1, 65536));
    scale.ifPresent(value -> Check.positive("scale", value));
    Check.notNegative("fair-lambda", fairLambda);
    Check.notNegative("proximal-mu", proximalMu);
  }

  /** Rank of the client with this index, from 0; {@code largest} where all are equal. */
  public int rankOf(int client, int largest) {
    return ranks.isEmpty() ? largest : ranks.get(client);
  }

  /**
   * This configuration for another method. Adapter, rank and scale stay as they are: where they are
   * empty, the other method's own apply.
   */
  public MethodConfig withName(String newName) {
    return new MethodConfig(
        newName,
        adapter,
        rank,
        ranks,
        scale,
        init,
        fairLambda,
        proximalMu,
        measureError,
        robust,
        server);
  }

  /** This configuration at a rank that is the same for all clients. */
  public MethodConfig withRank(int newRank) {
    return new MethodConfig(
        name,
        adapter,
        Optional.of(newRank),
        List.of(),
        scale,
        init,
        fairLambda,
        proximalMu,
        measureError,
        robust,
        server);
  }

  /** This configuration for another adapter, at its own rank and scale. */
  public MethodConfig withAdapter(String newAdapter) {
    return new MethodConfig(
        name,
        Optional.of(newAdapter),
        Optional.empty(),
        ranks,
        Optional.empty(),
        init,
        fairLambda,
        proximalMu,
        measureError,
        robust,
        server);
  }
}
