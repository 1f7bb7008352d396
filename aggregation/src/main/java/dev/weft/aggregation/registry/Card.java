package dev.weft.aggregation.registry;

import dev.weft.core.Text;

/** What one should know before choosing something that is registered. */
public interface Card {

  /** The name users type. */
  String name();

  /** One line, without a full stop. */
  String summary();

  /** Where it comes from. */
  String paper();

  /** One line with the paper. */
  default String describe() {
    return Text.format("%s (%s)", summary(), paper());
  }
}
