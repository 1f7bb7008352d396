package dev.weft.coordinator;

/** How a run ended. */
public sealed interface RunOutcome {

  /** All rounds are committed. */
  record Completed() implements RunOutcome {}

  /**
   * A round could not be completed; the reason is one sentence. The same run tries again when it is
   * started again.
   */
  record Failed(String reason) implements RunOutcome {}

  /** It is not the run that was begun under its name; nothing was done. */
  record Refused(String reason) implements RunOutcome {}

  /** Someone stopped it; the same run continues when it is started again. */
  record Stopped() implements RunOutcome {}
}
