package dev.weft.coordinator;

import static dev.weft.coordinator.RoundPhase.without;

import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.RoundPhase.Offering;
import dev.weft.coordinator.RoundPhase.Training;
import dev.weft.core.error.Problem;
import dev.weft.protocol.ClientReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** While the cohort answers the offer. Training starts when all have answered or time is up. */
record OfferingRules(RoundRules round) {

  RoundStep apply(Offering phase, Round.Command command) {
    if (command instanceof Round.DeadlinePassed) {
      return giveUpOnUndecided(phase);
    }
    if (!(command instanceof Round.Heard heard)) {
      return RoundStep.to(phase);
    }
    ClientReply reply = heard.reply();
    if (!phase.active().contains(reply.client())) {
      return RoundRules.tooLate(phase, reply);
    }
    if (reply instanceof ClientReply.Accepted) {
      return accept(phase, reply.client());
    }
    if (reply instanceof ClientReply.Declined declined) {
      return drop(
          phase,
          declined.client(),
          Problem.CLIENT_DECLINED.code(),
          "declined: " + declined.reason());
    }
    if (reply instanceof ClientReply.Failed failed) {
      return drop(phase, failed.client(), failed.code(), failed.sentence());
    }
    return RoundStep.to(phase);
  }

  private RoundStep accept(Offering phase, String client) {
    SortedSet<String> accepted = new TreeSet<>(phase.accepted());
    accepted.add(client);
    return settle(new Offering(without(phase.undecided(), client), accepted, phase.tally()));
  }

  private RoundStep drop(Offering phase, String client, String code, String why) {
    Tally tally =
        round.lose(phase.tally(), client, code, why, without(phase.active(), client).size());
    return settle(
            new Offering(
                without(phase.undecided(), client), without(phase.accepted(), client), tally))
        .after(RoundRules.dismissal(tally.lastLoss()));
  }

  private RoundStep giveUpOnUndecided(Offering phase) {
    List<RoundEffect> effects = new ArrayList<>();
    Tally tally = phase.tally();
    for (String client : phase.undecided()) {
      tally =
          round.lose(
              tally,
              client,
              Problem.CLIENT_SILENT.code(),
              "did not answer the offer in time",
              phase.accepted().size());
      effects.addAll(RoundRules.dismissal(tally.lastLoss()));
    }
    return settle(new Offering(Collections.emptySortedSet(), phase.accepted(), tally))
        .after(effects);
  }

  private RoundStep settle(Offering phase) {
    if (!round.isEnough(phase.active().size())) {
      return round.failForLackOfClients(phase, phase.tally());
    }
    if (!phase.undecided().isEmpty()) {
      return RoundStep.to(phase);
    }
    List<RoundEffect> effects = new ArrayList<>();
    effects.add(new RoundEffect.StopWaiting(new Deadline.Answers()));
    for (String client : phase.accepted()) {
      effects.add(new RoundEffect.Await(new Deadline.SignOfLife(client)));
      effects.add(new RoundEffect.Train(client));
    }
    return new RoundStep(new Training(phase.accepted(), phase.tally()), effects);
  }
}
