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
 * @param wrong indices of the sites whose shares are not of it, ascending: named only if they are
 *     so few that no other shares can be the wrong ones, since two wrong ones together can give the
 *     right secret
 */
public record Recovery(Secret secret, List<Integer> wrong) {
  /** With 30 shares to spare, five wrong ones are found among these almost always. */
  private static final int MOST_TRIES = 1 << 12;

  /** Once the secret is known, how often it is tried to know as well which shares are wrong. */
  private static final int MORE_TRIES = 1 << 6;

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
    Optional<Recovery> found = Optional.empty();
    int tries = shares.size() == threshold ? 1 : MOST_TRIES;
    for (int i = 0; i < tries; i++) {
      List<Share> some = order.subList(0, threshold);
      Optional<Secret> secret = Shamir.join(some).filter(right);
      if (secret.isPresent()) {
        if (i == 0) {
          // What more shares say is looked at only where one was found wrong.
          return Optional.of(new Recovery(secret.get(), List.of()));
        }
        List<Integer> wrong = disagreeing(some, shares);
        if (2 * wrong.size() <= shares.size() - threshold) {
          return Optional.of(new Recovery(secret.get(), wrong));
        }
        if (found.isEmpty()) {
          found = Optional.of(new Recovery(secret.get(), List.of()));
          tries = Math.min(tries, i + MORE_TRIES);
        }
      }
      Collections.shuffle(order, random);
    }
    return found;
  }

  private static List<Integer> disagreeing(List<Share> some, List<Share> all) {
    return all.stream()
        .filter(share -> !some.contains(share) && !Shamir.agree(some, share))
        .map(Share::index)
        .sorted()
        .toList();
  }
}
