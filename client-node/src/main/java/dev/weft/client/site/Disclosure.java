package dev.weft.client.site;

import dev.weft.core.Digest;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import java.util.OptionalDouble;

/** What of a reply leaves a site: everything that does so passes here. */
record Disclosure(Losses losses) {
  private static final String WITHHELD =
      "this site keeps such figures to itself (client.policy.losses)";

  /** What went wrong may speak of the site's examples. */
  private static final String FAILED = "it could not measure; its own log says why";

  ClientReply of(ClientReply reply) {
    if (reply instanceof ClientReply.NotMeasured not && not.reason() == ClientReply.Reason.FAILED) {
      return notMeasured(not.id(), not.state(), not.reason(), FAILED);
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
        ? notMeasured(measured.id(), measured.state(), ClientReply.Reason.WITHHELD, WITHHELD)
        : reply;
  }

  private static ClientReply notMeasured(
      RoundId id, Digest state, ClientReply.Reason reason, String sentence) {
    return new ClientReply.NotMeasured(id, state, reason, sentence);
  }
}
