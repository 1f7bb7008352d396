package dev.weft.aggregation.registry;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Cards in the order they are shown: Weft's own, then those of a user's jars, which are looked for
 * once, when the first card is asked for. Safe for use by several threads.
 */
public final class Registry<C extends Card> {
  private final BinaryOperator<String> refusal;
  private final List<C> own;
  private final Supplier<List<Outside<C>>> outside;

  /** From where each card is that is not Weft's own; empty until the first is asked for. */
  private Optional<Map<C, String>> origins = Optional.empty();

  /**
   * @param refusal what a wrong name is answered with, made of the name and the known ones
   * @param own Weft's own cards
   * @param outside finds the others
   */
  public Registry(BinaryOperator<String> refusal, List<C> own, Supplier<List<Outside<C>>> outside) {
    this.refusal = refusal;
    this.own = List.copyOf(own);
    this.outside = outside;
    if (names(own).stream().distinct().count() < own.size()) {
      throw new IllegalArgumentException("own: two share a name in " + names(own));
    }
  }

  /**
   * @throws WeftException if a card from outside has the name of another one
   */
  public List<C> cards() {
    List<C> cards = new ArrayList<>(own);
    cards.addAll(origins().keySet());
    return cards;
  }

  public List<String> names() {
    return names(cards());
  }

  /** Names of the cards that pass. */
  public List<String> names(Predicate<C> cards) {
    return names(cards().stream().filter(cards).toList());
  }

  /**
   * @throws WeftException if there is no card of this name
   */
  public C card(String name) {
    return cards().stream()
        .filter(card -> card.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.UNKNOWN_METHOD, refusal.apply(name, String.join(", ", names()))));
  }

  /** Where a card comes from; empty for Weft's own. */
  public Optional<String> origin(C card) {
    return Optional.ofNullable(origins().get(card));
  }

  private synchronized Map<C, String> origins() {
    if (origins.isEmpty()) {
      Map<C, String> found = new LinkedHashMap<>();
      List<String> taken = new ArrayList<>(names(own));
      for (Outside<C> each : outside.get()) {
        String name = each.card().name();
        if (taken.contains(name)) {
          throw new WeftException(
              Problem.BAD_VALUE,
              Text.format(
                  "plugins: %s names %s, which there is already; give it another name",
                  each.origin(), name));
        }
        taken.add(name);
        found.put(each.card(), each.origin());
      }
      origins = Optional.of(found);
    }
    return origins.get();
  }

  private static List<String> names(List<? extends Card> cards) {
    return cards.stream().map(Card::name).toList();
  }
}
