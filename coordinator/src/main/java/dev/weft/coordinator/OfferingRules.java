package dev.weft.coordinator;

import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.RoundPhase.Offering;
import dev.weft.coordinator.RoundPhase.Training;
import dev.weft.core.error.Problem;
import dev.weft.protocol.ClientReply;
import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePSet;

/** While the cohort answers the offer. Training starts when all have answered or time is up. */
record OfferingRules(RoundRules round) {

  RoundStep apply(Offering phase, Round.Command command) {
    if (command instanceof Round.DeadlinePassed passed
        && passed.deadline() instanceof Deadline.Answers) {
      return giveUpOnUndecided(phase);
    }
    if (command instanceof Round.Joined joined && phase.isActive(joined.client())) {
      return RoundStep.to(phase, new RoundEffect.Offer(joined.client()));
    }
    if (!(command instanceof Round.Heard heard)) {
      return RoundStep.to(phase);
    }
    String client = heard.client();
    ClientReply reply = heard.reply();
    if (!phase.isActive(client)) {
      return RoundRules.tooLate(phase, heard);
    }
    if (reply instanceof ClientReply.Accepted) {
      return accept(phase, client);
    }
    if (reply instanceof ClientReply.Declined declined) {
      return drop(phase, client, Problem.CLIENT_DECLINED.code(), "declined: " + declined.reason());
    }
    if (reply instanceof ClientReply.Failed failed) {
      return drop(phase, client, failed.code(), failed.sentence());
    }
    return RoundStep.to(phase);
  }

  private RoundStep accept(Offering phase, String client) {
    return settle(
        new Offering(
            phase.undecided().minus(client), phase.accepted().plus(client), phase.tally()));
  }

  private RoundStep drop(Offering phase, String client, String code, String why) {
    RunEvent.ClientDropped loss = round.loss(client, code, why, phase.size() - 1);
    return settle(
            new Offering(
                phase.undecided().minus(client),
                phase.accepted().minus(client),
                phase.tally().lost(loss)))
        .after(RoundRules.dismissal(loss));
  }

  private RoundStep giveUpOnUndecided(Offering phase) {
    List<RoundEffect> effects = new ArrayList<>();
    Tally tally = phase.tally();
    for (String client : phase.undecided()) {
      RunEvent.ClientDropped loss =
          round.loss(
              client,
              Problem.CLIENT_SILENT.code(),
              "did not answer the offer within round.offer-deadline",
              phase.accepted().size());
      tally = tally.lost(loss);
      effects.addAll(RoundRules.dismissal(loss));
    }
    return settle(new Offering(TreePSet.empty(), phase.accepted(), tally)).after(effects);
  }

  private RoundStep settle(Offering phase) {
    if (!round.isEnough(phase.size())) {
      return round.failForLackOfClients(phase, phase.tally());
    }
    if (!phase.undecided().isEmpty()) {
      return RoundStep.to(phase);
    }
    List<RoundEffect> effects = new ArrayList<>();
    effects.add(new RoundEffect.StopWaiting(new Deadline.Answers()));
    for (String client : phase.accepted()) {
      effects.add(new RoundEffect.Train(client));
      effects.add(new RoundEffect.Await(new Deadline.SignOfLife(client)));
    }
    return new RoundStep(new Training(phase.accepted(), phase.tally()), effects);
  }
}
