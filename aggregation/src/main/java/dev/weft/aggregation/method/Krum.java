package dev.weft.aggregation.method;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.StoredUpdates;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one client's update whose n − f − 2 nearest others lie closest to it, by the sum of squared
 * distances, where f of n clients may send anything. Of two equals the first by name is taken. The
 * n(n − 1)/2 distances are in memory, and of the updates one block of entries; the one that is
 * taken is read again.
 *
 * @param faulty f; empty for ⌊(n − 3)/2⌋, the most that the rule bears
 */
record Krum(Optional<Integer> faulty) implements RobustCenter {
  static final MethodCard CARD =
      RobustCenter.card(
          "krum",
          "the update of the one client that most others agree with",
          "Blanchard et al., Machine learning with adversaries: Byzantine tolerant gradient"
              + " descent, NeurIPS 2017",
          (method, config) -> method.aggregator(new Krum(config.robust().faulty())));

  @Override
  public double[] center(StoredUpdates each) {
    requireClients(each.clients());
    int chosen = nearest(squaredDistances(each), neighbours(each.clients()));
    return each.each().get(chosen).entries(0, each.entries());
  }

  @Override
  public void requireClients(int clients) {
    int least = 2 * faulty.orElse(-1) + 3;
    if (clients < least) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "method.robust.faulty: krum bears %d faulty clients among %d or more, not among %d;"
                  + " lower it, or have more clients in a round",
              faulty.orElseThrow(), least, clients));
    }
  }

  @Override
  public OptionalInt faultyBorne(int clients) {
    return OptionalInt.of(faulty.orElse(Math.max(0, (clients - 3) / 2)));
  }

  /** How many others a client is measured by. */
  private int neighbours(int clients) {
    int borne = faultyBorne(clients).getAsInt();
    return Math.max(0, Math.min(clients - 1, Math.max(1, clients - borne - 2)));
  }

  /** Of each client to those before it; every sum runs over the entries in order. */
  private static double[][] squaredDistances(StoredUpdates each) {
    double[][] squares = new double[each.clients()][];
    Arrays.setAll(squares, double[]::new);
    each.inBlocks(
        (from, values) -> {
          for (int client = 0; client < squares.length; client++) {
            for (int other = 0; other < client; other++) {
              squares[client][other] =
                  plusSquares(squares[client][other], values[client], values[other]);
            }
          }
        });
    return squares;
  }

  private static double plusSquares(double sum, double[] one, double[] other) {
    double squares = sum;
    for (int i = 0; i < one.length; i++) {
      double distance = one[i] - other[i];
      squares += distance * distance;
    }
    return squares;
  }

  private static int nearest(double[][] squaredDistances, int neighbours) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int client = 0; client < squaredDistances.length; client++) {
      double[] rising = toOthers(squaredDistances, client);
      Arrays.sort(rising);
      double score = 0;
      for (int i = 0; i < neighbours; i++) {
        score += rising[i];
      }
      if (score < least) {
        least = score;
        nearest = client;
      }
    }
    return nearest;
  }

  private static double[] toOthers(double[][] squaredDistances, int client) {
    int clients = squaredDistances.length;
    double[] distances = Arrays.copyOf(squaredDistances[client], clients - 1);
    for (int later = client + 1; later < clients; later++) {
      distances[later - 1] = squaredDistances[later][client];
    }
    return distances;
  }
}
