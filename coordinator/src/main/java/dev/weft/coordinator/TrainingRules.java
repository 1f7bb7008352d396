package dev.weft.coordinator;

import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.RoundPhase.Aggregating;
import dev.weft.coordinator.RoundPhase.Training;
import dev.weft.core.error.Problem;
import dev.weft.protocol.ClientReply;

/**
 * While clients train and their updates are added to the sum. Whatever a client says is a sign of
 * life and starts its deadline anew. One that comes back is asked again and, once it agrees, told
 * again to train: it may have been another process before.
 */
record TrainingRules(RoundRules round) {

  RoundStep apply(Training phase, Round.Command command) {
    if (command instanceof Round.Heard heard && phase.training().contains(heard.client())) {
      return whileClientTrains(phase, heard.client(), heard.reply());
    }
    if (command instanceof Round.Joined joined && phase.training().contains(joined.client())) {
      return RoundStep.to(
          phase,
          new RoundEffect.Await(new Deadline.SignOfLife(joined.client())),
          new RoundEffect.Offer(joined.client()));
    }
    if (command instanceof Round.Added added) {
      return enterIntoSum(phase, added);
    }
    if (command instanceof Round.Refused refused) {
      return drop(phase, refused.client(), refused.problem().code(), refused.sentence());
    }
    if (command instanceof Round.DeadlinePassed passed
        && passed.deadline() instanceof Deadline.SignOfLife missing
        && phase.training().contains(missing.client())) {
      return drop(
          phase,
          missing.client(),
          Problem.CLIENT_SILENT.code(),
          "gave no sign of life within round.progress-deadline");
    }
    return RoundRules.afterDelivery(phase, phase.tally()::has, command);
  }

  private RoundStep whileClientTrains(Training phase, String client, ClientReply reply) {
    RoundEffect patience = new RoundEffect.Await(new Deadline.SignOfLife(client));
    if (reply instanceof ClientReply.Accepted) {
      return RoundStep.to(phase, patience, new RoundEffect.Train(client));
    }
    if (reply instanceof ClientReply.Progress progress) {
      return RoundStep.to(phase, patience, new RoundEffect.Report(event(client, progress)));
    }
    if (reply instanceof ClientReply.Uploaded upload) {
      return receive(phase, client, upload);
    }
    if (reply instanceof ClientReply.Failed failed) {
      return drop(phase, client, failed.code(), failed.sentence());
    }
    if (reply instanceof ClientReply.Declined declined) {
      return drop(phase, client, Problem.CLIENT_DECLINED.code(), "declined: " + declined.reason());
    }
    return RoundStep.to(phase, patience);
  }

  private RunEvent event(String client, ClientReply.Progress progress) {
    return new RunEvent.ClientProgress(
        round.id().round(),
        client,
        progress.examplesDone(),
        progress.examplesTotal(),
        progress.meanLoss());
  }

  private RoundStep receive(Training phase, String client, ClientReply.Uploaded upload) {
    return settle(
            new Training(phase.training().minus(client), phase.tally().received(client, upload)))
        .after(
            new RoundEffect.StopWaiting(new Deadline.SignOfLife(client)),
            new RoundEffect.Acknowledge(client),
            new RoundEffect.AddToSum(client, upload));
  }

  private RoundStep enterIntoSum(Training phase, Round.Added added) {
    Tally tally = phase.tally().added(added.client(), added.examples());
    return settle(new Training(phase.training(), tally))
        .after(
            new RoundEffect.Report(
                new RunEvent.ClientDelivered(
                    round.id().round(), added.client(), tally.delivered().get(added.client()))));
  }

  private RoundStep drop(Training phase, String client, String code, String why) {
    int others = phase.training().size() + phase.tally().size() - 1;
    RunEvent.ClientDropped loss = round.loss(client, code, why, others);
    return settle(new Training(phase.training().minus(client), phase.tally().lost(loss)))
        .after(RoundRules.dismissal(loss))
        .after(new RoundEffect.StopWaiting(new Deadline.SignOfLife(client)));
  }

  private RoundStep settle(Training phase) {
    Tally tally = phase.tally();
    if (!round.isEnough(phase.training().size() + tally.size())) {
      return round.failForLackOfClients(phase, tally);
    }
    if (!phase.training().isEmpty()) {
      return RoundStep.to(phase);
    }
    RoundEffect patience = new RoundEffect.Await(new Deadline.Sum());
    return tally.summing().isEmpty()
        ? RoundStep.to(new Aggregating(tally.delivered()), patience, new RoundEffect.FinishSum())
        : RoundStep.to(phase, patience);
  }
}
