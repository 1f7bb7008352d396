package dev.weft.privacy.secagg.coordinator;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import java.util.List;

/**
 * What comes of a message, or of the end of a stage.
 *
 * @param next the state from now on
 * @param out what to send, to whom
 */
public record CoordinatorStep(CoordinatorState next, List<Delivery> out, Verdict verdict) {
  public CoordinatorStep {
    out = List.copyOf(out);
  }

  /** A message for a site. */
  public record Delivery(NodeId to, CoordinatorMessage message) {}

  /** What became of a message. */
  public sealed interface Verdict {
    /** It had its effect. */
    record Accepted() implements Verdict {}

    /** It is one that had its effect before. */
    record Repeated() implements Verdict {}

    /**
     * It has no effect.
     *
     * @param reason one sentence
     * @param quarantine whether the site said two different things in one session
     */
    record Refused(String reason, boolean quarantine) implements Verdict {}
  }

  static CoordinatorStep to(CoordinatorState next) {
    return to(next, List.of());
  }

  static CoordinatorStep to(CoordinatorState next, List<Delivery> out) {
    return new CoordinatorStep(next, out, new Verdict.Accepted());
  }

  static CoordinatorStep repeated(CoordinatorState same) {
    return new CoordinatorStep(same, List.of(), new Verdict.Repeated());
  }

  static CoordinatorStep refused(CoordinatorState same, String reason) {
    return new CoordinatorStep(same, List.of(), new Verdict.Refused(reason, false));
  }

  static CoordinatorStep quarantined(CoordinatorState same, String reason) {
    return new CoordinatorStep(same, List.of(), new Verdict.Refused(reason, true));
  }
}
