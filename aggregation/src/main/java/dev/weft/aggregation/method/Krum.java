package dev.weft.aggregation.method;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one client's update whose n − f − 2 nearest others lie closest to it, by the sum of squared
 * distances, where f of n clients may send anything. Of two equals the first by name is taken.
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
  public double[] center(UpdateSum sum, List<ClientUpdate> each) {
    requireClients(each.size());
    ClientUpdate chosen = each.get(nearest(squaredDistances(sum, each), neighbours(each.size())));
    double[] difference = new double[chosen.entries()];
    for (int position = 0; position < difference.length; position++) {
      difference[position] = sum.entry(chosen, position);
    }
    return difference;
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

  private static double[][] squaredDistances(UpdateSum sum, List<ClientUpdate> each) {
    int clients = each.size();
    double[][] squares = new double[clients][clients];
    double[] values = new double[clients];
    for (int position = 0; position < each.get(0).entries(); position++) {
      for (int client = 0; client < clients; client++) {
        values[client] = sum.entry(each.get(client), position);
        for (int other = 0; other < client; other++) {
          double distance = values[client] - values[other];
          squares[client][other] += distance * distance;
        }
      }
    }
    for (int client = 0; client < clients; client++) {
      for (int other = 0; other < client; other++) {
        squares[other][client] = squares[client][other];
      }
    }
    return squares;
  }

  private static int nearest(double[][] squaredDistances, int neighbours) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int client = 0; client < squaredDistances.length; client++) {
      double[] rising = squaredDistances[client].clone();
      Arrays.sort(rising);
      double score = 0;
      // The first is the distance to itself.
      for (int i = 1; i <= neighbours; i++) {
        score += rising[i];
      }
      if (score < least) {
        least = score;
        nearest = client;
      }
    }
    return nearest;
  }
}
