package dev.weft.client.site;

import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ClientReply;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What leaves a site of what it has to say: every reply to a round, and every reason to take no
 * part, passes here. What it found in its own files stays with it: lines, labels, paths.
 */
record Disclosure(Losses losses) {
  private static final String FAILED = "it could not measure; its own log says why";

  /** Problems that are about the run and not about the site's data. */
  private static final Set<Problem> TOLD_IN_FULL =
      EnumSet.of(
          Problem.POLICY_REFUSED,
          Problem.MODEL_NOT_HERE,
          Problem.NOT_ENOUGH_MEMORY,
          Problem.INVALID_COMBINATION,
          Problem.RANK_TOO_LARGE);

  /** Why the site takes no part, whatever its policy. */
  static String of(WeftException reason) {
    return TOLD_IN_FULL.contains(reason.problem())
        ? reason.getMessage()
        : reason.problem().meaning() + " The site's own log says which";
  }

  ClientReply of(ClientReply reply) {
    if (reply instanceof ClientReply.NotMeasured not && not.reason() == ClientReply.Reason.FAILED) {
      return new ClientReply.NotMeasured(not.id(), not.state(), not.reason(), FAILED);
    }
    return losses == Losses.SHARE ? reply : withoutFigures(reply);
  }

  private static ClientReply withoutFigures(ClientReply reply) {
    if (reply instanceof ClientReply.Progress progress) {
      return new ClientReply.Progress(
          progress.id(), progress.examplesDone(), progress.examplesTotal(), OptionalDouble.empty());
    }
    if (reply instanceof ClientReply.Uploaded uploaded) {
      return new ClientReply.Uploaded(
          uploaded.id(), uploaded.update(), uploaded.training().withoutLoss(), uploaded.seconds());
    }
    return reply instanceof ClientReply.Measured measured
        ? ClientReply.NotMeasured.withheld(measured.id(), measured.state())
        : reply;
  }
}
