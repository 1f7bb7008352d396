package dev.weft.simulation.partition;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fractions of a whole that clients get, and exact dealing by them. */
public final class Shares {
  private Shares() {}

  /** 0, 1, … in a list that can be shuffled. */
  public static List<Integer> positions(int examples) {
    return IntStream.range(0, examples).boxed().collect(Collectors.toCollection(ArrayList::new));
  }

  public static double[] equal(int clients) {
    return IntStream.range(0, clients).mapToDouble(i -> 1.0 / clients).toArray();
  }

  /**
   * A draw from the symmetric Dirichlet distribution: independent Gamma(alpha) variables over their
   * sum. Gamma(alpha) is Gamma(alpha + 1) · U^(1/alpha); the logarithm of that is kept until the
   * largest is known, because for small alpha the values themselves underflow.
   */
  public static double[] dirichlet(int clients, double alpha, SeededRandom random) {
    double[] logarithms = new double[clients];
    for (int i = 0; i < clients; i++) {
      logarithms[i] =
          StrictMath.log(random.nextGamma(alpha + 1))
              + StrictMath.log(1 - random.nextDouble()) / alpha;
    }
    double largest =
        IntStream.range(0, clients).mapToDouble(i -> logarithms[i]).max().orElseThrow();
    double[] shares = new double[clients];
    double sum = 0;
    for (int i = 0; i < clients; i++) {
      shares[i] = StrictMath.exp(logarithms[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < clients; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /** Cuts a list at the rounded running sums of {@code shares}; nothing is lost or dealt twice. */
  public static <T> List<List<T>> deal(List<T> items, double[] shares) {
    List<List<T>> dealt = new ArrayList<>();
    double sum = 0;
    int from = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += shares[i];
      int to = i == shares.length - 1 ? items.size() : boundary(sum, items.size());
      dealt.add(new ArrayList<>(items.subList(from, to)));
      from = to;
    }
    return dealt;
  }

  private static int boundary(double sum, int size) {
    return (int) Math.min(size, Math.round(sum * size));
  }

  /**
   * Gives every client at least one item: as long as there is an empty client, the first of them
   * takes the last item of the largest client (the first of the largest). Changes {@code shares}.
   *
   * @throws WeftException if there are fewer items than clients
   */
  public static <T> void fillEmpty(List<List<T>> shares) {
    int items = shares.stream().mapToInt(List::size).sum();
    if (items < shares.size()) {
      throw new WeftException(
          Problem.EMPTY_CLIENT,
          Text.format(
              "simulation.clients: %d training examples cannot give each of %d clients one; lower"
                  + " it",
              items, shares.size()));
    }
    for (List<T> share : shares) {
      if (share.isEmpty()) {
        List<T> largest = shares.get(0);
        for (List<T> candidate : shares) {
          largest = candidate.size() > largest.size() ? candidate : largest;
        }
        share.add(largest.remove(largest.size() - 1));
      }
    }
  }
}
