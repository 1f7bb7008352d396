package dev.weft.aggregation.registry;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/**
 * Cards in the order they are shown.
 *
 * @param refusal what a wrong name is answered with, made of the name and the known ones
 */
public record Registry<C extends Card>(BinaryOperator<String> refusal, List<C> cards) {

  public Registry {
    cards = List.copyOf(cards);
    if (cards.stream().map(Card::name).distinct().count() < cards.size()) {
      throw new IllegalArgumentException("cards: two share a name in " + names(cards));
    }
  }

  public List<String> names() {
    return names(cards);
  }

  /** Names of the cards that pass. */
  public List<String> names(Predicate<C> cards) {
    return names(this.cards.stream().filter(cards).toList());
  }

  /**
   * @throws WeftException if there is no card of this name
   */
  public C card(String name) {
    return cards.stream()
        .filter(card -> card.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.UNKNOWN_METHOD, refusal.apply(name, String.join(", ", names()))));
  }

  private static List<String> names(List<? extends Card> cards) {
    return cards.stream().map(Card::name).toList();
  }
}
