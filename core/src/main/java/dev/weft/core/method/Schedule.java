package dev.weft.core.method;

import dev.weft.core.adapter.AdapterForm;

/** Which parts train in a round; a pure function, so that all clients agree without asking. */
@FunctionalInterface
public interface Schedule {

  /** The form with the parts that train in this round, counted from 1. */
  AdapterForm form(AdapterForm form, int round);

  /** The same parts in every round. */
  static Schedule constant() {
    return (form, round) -> form;
  }
}
