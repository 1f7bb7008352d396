package dev.weft.client.site;

import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.protocol.ClientReply;
import java.util.OptionalDouble;

/** What of a reply leaves a site: everything that does so passes here. */
record Disclosure(Losses losses) {

  ClientReply of(ClientReply reply) {
    if (losses == Losses.SHARE) {
      return reply;
    }
    if (reply instanceof ClientReply.Progress progress) {
      return new ClientReply.Progress(
          progress.id(), progress.examplesDone(), progress.examplesTotal(), OptionalDouble.empty());
    }
    if (reply instanceof ClientReply.Uploaded uploaded) {
      return new ClientReply.Uploaded(
          uploaded.id(), uploaded.update(), uploaded.training().withoutLoss(), uploaded.seconds());
    }
    return reply instanceof ClientReply.Measured measured
        ? new ClientReply.NotMeasured(
            measured.id(),
            measured.state(),
            ClientReply.Reason.WITHHELD,
            "this site keeps such figures to itself (client.policy.losses)")
        : reply;
  }
}
