package dev.weft.privacy.secagg.shamir;

import dev.weft.privacy.secagg.primitive.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A secret out of shares some of which may be wrong (privacy.md 1.4, step 5).
 *
 * @param secret the one that was asked for
 * @param wrong indices of the sites whose shares are not of it, ascending
 */
public record Recovery(Secret secret, List<Integer> wrong) {
  /** With 30 shares to spare, five wrong ones are found among these almost always. */
  private static final int MOST_TRIES = 1 << 12;

  public Recovery {
    wrong = List.copyOf(wrong);
  }

  /**
   * Looks for shares that give the right secret: all orders of trial are the same on every machine.
   *
   * @param threshold how many shares give the secret
   * @param right tells the secret from others
   * @return empty if there are too few shares, or too many wrong ones among them
   */
  public static Optional<Recovery> of(List<Share> shares, int threshold, Predicate<Secret> right) {
    if (shares.size() < threshold) {
      return Optional.empty();
    }
    List<Share> order = new ArrayList<>(shares);
    Random random = new Random(threshold);
    int tries = shares.size() == threshold ? 1 : MOST_TRIES;
    for (int i = 0; i < tries; i++) {
      List<Share> some = order.subList(0, threshold);
      Optional<Secret> secret = Shamir.join(some).filter(right);
      if (secret.isPresent()) {
        return Optional.of(new Recovery(secret.get(), disagreeing(some, shares, i == 0)));
      }
      Collections.shuffle(order, random);
    }
    return Optional.empty();
  }

  private static List<Integer> disagreeing(List<Share> good, List<Share> all, boolean first) {
    // Shares beyond the threshold are looked at only where one was found wrong.
    return first
        ? List.of()
        : all.stream()
            .filter(share -> !good.contains(share) && !Shamir.agree(good, share))
            .map(Share::index)
            .sorted()
            .toList();
  }
}
