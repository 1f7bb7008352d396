package dev.weft.coordinator;

import java.util.ArrayList;
import java.util.List;

/** A phase and what is to be done on the way into it, in order. */
record RoundStep(RoundPhase phase, List<RoundEffect> effects) {

  RoundStep {
    effects = List.copyOf(effects);
  }

  static RoundStep to(RoundPhase phase, RoundEffect... effects) {
    return new RoundStep(phase, List.of(effects));
  }

  /** This step with other effects before its own. */
  RoundStep after(List<RoundEffect> earlier) {
    List<RoundEffect> all = new ArrayList<>(earlier);
    all.addAll(effects);
    return new RoundStep(phase, all);
  }

  RoundStep after(RoundEffect... earlier) {
    return after(List.of(earlier));
  }
}
